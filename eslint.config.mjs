import js from "@eslint/js";
import globals from "globals";

export default [
    { ignores: [".dev/**", "**/node_modules/**", "**/static/lib/**"] },
    js.configs.recommended,
    {
        files: ["l10n_cl_ai/static/**/*.js", "tests/addons/*/static/**/*.js"],
        languageOptions: {
            ecmaVersion: "latest",
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly" },
        },
        rules: {
            "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
            "no-console": "error",
            "no-var": "error",
            "prefer-const": "error",
            eqeqeq: "error",
            curly: "error",
            // What would let a model's words become markup or code.
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-restricted-properties": ["error", { property: "innerHTML", message: "Render text, or use Owl." }],
        },
    },
];
