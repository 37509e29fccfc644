import pathlib, sys, types
_root = pathlib.Path(__file__).resolve().parent.parent
package = types.ModuleType("l10n_cl_ai"); package.__path__ = [str(_root / "l10n_cl_ai")]; sys.modules.setdefault("l10n_cl_ai", package)
sys.path.insert(0, str(_root / "tests"))
