"""Posted documents to answer about, and who answers and reads."""

from freezegun import freeze_time

from .common import DAY, DteCase

SII = """<?xml version="1.0" encoding="ISO-8859-1"?>
<RESULTADO_ENVIO><IDENTIFICACION><RUTEMISOR>{issuer}</RUTEMISOR><RUTENVIA>12345678-5</RUTENVIA><TRACKID>123</TRACKID>
<TMSTRECEPCION>2026-11-18 20:00:00</TMSTRECEPCION><ESTADO>EPR - Envio Procesado</ESTADO></IDENTIFICACION>
<ESTADISTICA><SUBTOTAL><TIPODOC>33</TIPODOC><INFORMADO>2</INFORMADO><ACEPTA>1</ACEPTA></SUBTOTAL></ESTADISTICA>
<REVISIONENVIO><REVISIONDTE><FOLIO>{folio}</FOLIO><TIPODTE>33</TIPODTE><ESTADO>{state}</ESTADO>
<DETALLE>{detail}</DETALLE></REVISIONDTE></REVISIONENVIO></RESULTADO_ENVIO>"""
CUSTOMER = """<?xml version="1.0" encoding="ISO-8859-1"?>
<RespuestaDTE xmlns="http://www.sii.cl/SiiDte" version="1.0"><Resultado ID="R1"><Caratula version="1.0">
<RutResponde>{customer}</RutResponde><RutRecibe>76192083-9</RutRecibe><IdRespuesta>1</IdRespuesta>
<NroDetalles>1</NroDetalles><TmstFirmaResp>2026-11-19T10:00:00</TmstFirmaResp></Caratula>
<ResultadoDTE><TipoDTE>33</TipoDTE><Folio>{folio}</Folio><FchEmis>2026-11-18</FchEmis><RUTEmisor>76192083-9</RUTEmisor>
<RUTRecep>{customer}</RUTRecep><MntTotal>15887</MntTotal><CodEnvio>1</CodEnvio><EstadoDTE>{state}</EstadoDTE>
<EstadoDTEGlosa>No indica orden de compra</EstadoDTEGlosa></ResultadoDTE></Resultado></RespuestaDTE>"""


class OutcomeCase(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-19 15:00:00"))
        cls.accountant = cls._make_user("contadora", "account.group_account_invoice")
        cls.reader = cls._make_user("lectora", "l10n_cl_ai.group_user")
        cls.move = cls.posted()

    @classmethod
    def posted(cls, code=33, **values):
        """Return a posted document; ``l10n_cl_ai`` checks it on the way, and its findings block nothing here."""
        move = cls.invoice(code, invoice_date=values.pop("invoice_date", DAY), **values)
        move.action_post()
        return move

    @classmethod
    def folio(cls, move):
        return int(move.l10n_latam_document_number)

    def record(self, kind, details=(), move=None, **more):
        return (move or self.move)._l10n_cl_ai_record_outcome(kind, details, **more)
