"""XML files over the HTTP API: every document judged, hostile input refused in words."""

import time

from odoo.tests import tagged

from ..controllers.api import MOST_DOCUMENTS
from .api_common import ApiCase

PATH = "/api/ai/validate/xml"
NS = "http://www.sii.cl/SiiDte"


def invoice(folio=101, iva=2537, total=15887):
    """Return a DTE: right in its sums by default, without stamp and signature."""
    return f"""<DTE xmlns="{NS}" version="1.0"><Documento ID="F{folio}T33"><Encabezado>
        <IdDoc><TipoDTE>33</TipoDTE><Folio>{folio}</Folio><FchEmis>2026-11-18</FchEmis><FmaPago>2</FmaPago></IdDoc>
        <Emisor><RUTEmisor>76192083-9</RUTEmisor><RznSoc>Comercial Ñuble Limitada</RznSoc>
        <GiroEmis>Venta de oficina</GiroEmis><Acteco>464903</Acteco><DirOrigen>Av. Libertad 1234</DirOrigen>
        <CmnaOrigen>Chillán</CmnaOrigen></Emisor>
        <Receptor><RUTRecep>77262640-1</RUTRecep><RznSocRecep>Servicios Araucanía SpA</RznSocRecep>
        <GiroRecep>Ingeniería</GiroRecep><DirRecep>Prat 456</DirRecep><CmnaRecep>Temuco</CmnaRecep></Receptor>
        <Totales><MntNeto>13350</MntNeto><TasaIVA>19</TasaIVA><IVA>{iva}</IVA><MntTotal>{total}</MntTotal></Totales>
        </Encabezado><Detalle><NroLinDet>1</NroLinDet><NmbItem>Resma</NmbItem><QtyItem>10</QtyItem>
        <PrcItem>1335</PrcItem><MontoItem>13350</MontoItem></Detalle></Documento></DTE>"""


def written(text):
    return f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{text}'.encode("iso-8859-1")


def envelope(*documents):
    return written(f'<EnvioDTE xmlns="{NS}" version="1.0"><SetDTE ID="S">{"".join(documents)}</SetDTE></EnvioDTE>')


@tagged("post_install_l10n", "post_install", "-at_install")
class TestApiXml(ApiCase):
    def send(self, data, kind="application/xml", query="ai=false"):
        return self.post(f"{PATH}?{query}", data, self.headers(kind=kind))

    def test_every_document_of_an_envelope_is_judged(self):
        response = self.send(envelope(invoice(1), invoice(2, iva=2500, total=15850)))
        self.assertEqual(response.status_code, 200, response.text)
        answer = response.json()
        self.assertEqual([each["document"]["folio"] for each in answer["documents"]], [1, 2])
        self.assertEqual([bool(each["errors"]) for each in answer["documents"]][1], True)
        self.assertIn("F04", {each["rule"] for each in answer["documents"][1]["findings"]})
        self.assertNotIn("F04", {each["rule"] for each in answer["documents"][0]["findings"]})
        self.assertEqual(answer["recommendation"], "reject")
        self.assertEqual(answer["confidence"], min(each["confidence"] for each in answer["documents"]))

    def test_one_document_and_a_file_of_a_form(self):
        for kind in ("application/xml", "text/xml"):
            self.assertEqual(len(self.send(written(invoice()), kind).json()["documents"]), 1)
        headers = {"Authorization": f"Bearer {self.key}"}
        response = self.url_open(f"{PATH}?ai=0", files={"file": ("dte.xml", written(invoice()))}, headers=headers)
        self.assertEqual(response.json()["documents"][0]["document"]["folio"], 101)

    def test_a_form_without_one_file_is_refused(self):
        headers = {"Authorization": f"Bearer {self.key}"}
        two = [("file", ("a.xml", written(invoice()))), ("file", ("b.xml", written(invoice())))]
        for files in (two, [("file", ("a.xml", b""))]):
            self.assertProblem(self.url_open(PATH, files=files, headers=headers), 422, "invalid")
        response = self.send(b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x")
        self.assertProblem(response, 422, "invalid")
        self.assertProblem(self.send(b"x", "multipart/form-data"), 422, "invalid")

    def test_parameters_that_are_wrong_are_named(self):
        for query, field in (
            ("company_id=x", "company_id"), ("company_id=0", "company_id"), ("company_id=%D9%A1", "company_id"),
            ("company_id=99999999999", "company_id"), ("ai=quizas", "ai"),
        ):  # fmt: skip
            with self.subTest(query):
                body = self.assertProblem(self.send(written(invoice()), query=query), 422, "invalid")
                self.assertEqual(list(body["fields"]), [field])
        self.assertEqual(self.send(written(invoice()), query=f"ai=false&company_id={self.company.id}").status_code, 200)

    def test_hostile_files_are_refused_in_words(self):
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><DTE>&b;</DTE>'
        outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><DTE>&e;</DTE>'
        flaws = written(invoice().replace("<MntTotal>", "<IVA>x</IVA>" * 400_000 + "<MntTotal>"))
        spaces = written(invoice().replace("<DTE ", "<DTE " + " ".join(f'xmlns:a{n}="u"' for n in range(1000)) + " "))
        for name, data in (
            ("empty", b""), ("no XML", b"hola"), ("broken", b"<DTE><a></DTE>"), ("other root", b"<Factura/>"),
            ("no documents", b"<EnvioDTE><SetDTE/></EnvioDTE>"), ("entities", bomb), ("outside", outside),
            ("deep", b"<DTE>" + b"<a>" * 100_000), ("repeated", flaws), ("namespaces", spaces),
            ("encoding", b'<?xml version="1.0" encoding="UTF-7"?><DTE/>'),
        ):  # fmt: skip
            with self.subTest(name):
                started = time.perf_counter()
                body = self.assertProblem(self.send(data), 422, "invalid")
                self.assertLess(time.perf_counter() - started, 8)
                self.assertNotIn("root:", body["message"])

    def test_more_documents_than_an_envelope_may_have_are_not_judged(self):
        least = "<DTE><Documento><Encabezado><IdDoc><TipoDTE>33</TipoDTE></IdDoc></Encabezado></Documento></DTE>"
        self.assertProblem(self.send(envelope(least * (MOST_DOCUMENTS + 1))), 413, "too_large")
        answers = self.send(envelope(least * MOST_DOCUMENTS)).json()["documents"]
        self.assertEqual(len(answers), MOST_DOCUMENTS)
        # The findings beyond measure are counted, and reject all the same.
        self.assertEqual({answer["recommendation"] for answer in answers}, {"reject"})
        self.assertLessEqual(sum(len(answer["findings"]) for answer in answers), 5000)
        self.assertTrue(all(answer["finding_count"] for answer in answers))

    def test_a_refusal_is_in_the_language_of_the_key_s_user(self):
        self.accountant.lang = "es_CL"
        body = self.assertProblem(self.send(b"hola"), 422, "invalid")
        self.assertEqual(body["message"], "El archivo no es XML.")
        self.assertEqual(body["fields"], {"body": body["message"]})

    def test_findings_beyond_measure_are_counted_and_not_told(self):
        # Each of these lines is wrong in itself.
        line = "<Detalle><NroLinDet>x</NroLinDet><NmbItem>a</NmbItem><MontoItem>y</MontoItem></Detalle>"
        answer = self.send(written(invoice().replace("</Encabezado>", "</Encabezado>" + line * 900))).json()
        [document] = answer["documents"]
        self.assertEqual(len(document["findings"]), 500)
        self.assertGreater(document["finding_count"], 500)
        self.assertEqual(document["recommendation"], "reject")
