"""Opens answers in a real browser and tells what they did. Run by ``render`` with the Python that has Playwright.

Reads a JSON list of HTML texts, each shown on a page of its own content; prints {scripts, requests, covers}.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "dev"))
from house import chromium
from playwright.sync_api import Error, sync_playwright

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
#: Whatever an attack calls is counted; then everything is pointed at, focused and clicked, links and buttons excepted.
_COUNT = "window.ran = 0; for (const name of ['alert', 'prompt', 'confirm', 'msgbox']) { window[name] = () => { window.ran += 1; }; } void 0"  # noqa: E501
_SHOW = """async (html) => {
    const box = document.getElementById("answer") || document.body;
    box.innerHTML = html;
    const all = [...box.querySelectorAll("*")];
    let covers = 0;
    for (const element of all.slice(0, 300)) {
        covers += ["fixed", "absolute", "sticky"].includes(getComputedStyle(element).position) ? 1 : 0;
        for (const name of ["mouseover", "focus", "pointerenter"]) { element.dispatchEvent(new Event(name, {bubbles: true})); }
        if (!element.closest("a, button")) { element.click?.(); }
    }
    await new Promise((done) => setTimeout(done, 0));
    return covers;
}"""  # noqa: E501


def _page(browser, refuse):
    page = browser.new_page()
    page.set_content("<div id=answer></div>")
    page.evaluate(_COUNT)
    page.route("**/*", refuse)
    page.set_default_timeout(5000)
    return page


def main() -> None:
    told = {"scripts": 0, "requests": 0, "covers": 0}

    def refuse(route):
        told["requests"] += 1
        route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=_FLAGS)
        page = _page(browser, refuse)
        for html in json.load(sys.stdin):
            try:
                told["covers"] += page.evaluate(_SHOW, html)
                told["scripts"] += page.evaluate("window.ran")
                page.evaluate("window.ran = 0")
            except Error:  # it led the page elsewhere
                page.close()
                page = _page(browser, refuse)
        page.wait_for_timeout(500)
        told["scripts"] += page.evaluate("window.ran")
        browser.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
