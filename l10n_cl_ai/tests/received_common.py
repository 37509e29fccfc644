"""Documents of suppliers as XML, and the ways in which people bring them into the list of bills."""

from .common import DteCase

NS = "http://www.sii.cl/SiiDte"
COMPANY, SUPPLIER, STRANGER = "76192083-9", "76418205-7", "77018459-2"


def line(name="Resma de papel carta 75 g", quantity=10, price=1050, amount=None, number=1, **tags):
    """Return a Detalle; ``tags`` are more elements, ``before`` goes in front of MontoItem."""
    amount = quantity * price if amount is None else amount
    exempt = f"<IndExe>{tags.pop('IndExe')}</IndExe>" if "IndExe" in tags else ""
    more = tags.pop("DscItem", None)
    description = f"<DscItem>{more}</DscItem>" if more else ""
    rest = "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags.items())
    return (
        f"<Detalle><NroLinDet>{number}</NroLinDet>{exempt}<NmbItem>{name}</NmbItem>{description}"
        f"<QtyItem>{quantity}</QtyItem><UnmdItem>UN</UnmdItem><PrcItem>{price}</PrcItem>{rest}"
        f"<MontoItem>{amount}</MontoItem></Detalle>"
    )


def totals(net=0, iva=None, exempt=0, total=None, more=""):
    """Return Totales whose sums are right unless told otherwise."""
    iva = (net * 19 + 50) // 100 if iva is None else iva
    parts = [f"<MntNeto>{net}</MntNeto>"] if net else []
    parts += [f"<MntExe>{exempt}</MntExe>"] if exempt else []
    parts += [f"<TasaIVA>19</TasaIVA><IVA>{iva}</IVA>"] if net else []
    total = net + (iva if net else 0) + exempt if total is None else total
    return f"<Totales>{''.join(parts)}{more}<MntTotal>{total}</MntTotal></Totales>"


def dte(kind=33, folio=77, lines=None, sums=None, issuer=SUPPLIER, receiver=COMPANY, more="", head="", due="2026-12-18",
        name="Recicladora Maule Limitada"):  # fmt: skip
    """Return a DTE from the supplier to the company: 10 × 1,050 and its IVA."""
    body = "".join(lines or [line()])
    due = f"<FchVenc>{due}</FchVenc>" if due else ""
    return f"""<DTE xmlns="{NS}" version="1.0"><Documento ID="F{folio}T{kind}"><Encabezado>
        <IdDoc><TipoDTE>{kind}</TipoDTE><Folio>{folio}</Folio><FchEmis>2026-11-18</FchEmis>{head}{due}</IdDoc>
        <Emisor><RUTEmisor>{issuer}</RUTEmisor><RznSoc>{name}</RznSoc><GiroEmis>Reciclaje de papel</GiroEmis>
        <Telefono>+56 71 2345678</Telefono><CorreoEmisor>ventas@maule.example</CorreoEmisor>
        <DirOrigen>Uno Sur 123</DirOrigen><CmnaOrigen>Talca</CmnaOrigen><CiudadOrigen>Talca</CiudadOrigen></Emisor>
        <Receptor><RUTRecep>{receiver}</RUTRecep><RznSocRecep>Comercial Ñuble Limitada</RznSocRecep></Receptor>
        {sums or totals(10500)}</Encabezado>{body}{more}</Documento></DTE>"""


def reference(kind, folio, code=None):
    code = f"<CodRef>{code}</CodRef>" if code else ""
    return (
        f"<Referencia><NroLinRef>1</NroLinRef><TpoDocRef>{kind}</TpoDocRef><FolioRef>{folio}</FolioRef>"
        f"<FchRef>2026-11-02</FchRef>{code}</Referencia>"
    )


def written(text, encoding="ISO-8859-1"):
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding)


def envelope(*documents):
    return written(f'<EnvioDTE xmlns="{NS}" version="1.0"><SetDTE ID="S">{"".join(documents)}</SetDTE></EnvioDTE>')


class ReceivedCase(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user("contador_recibe", "account.group_account_invoice,base.group_partner_manager")
        cls.clerk = cls._make_user("digitador", "account.group_account_invoice")

    def upload(self, *contents, user=None, move_type="in_invoice"):
        """Bring files as the button and the drop zone of the list of bills do. Return (bills, action)."""
        user = user or self.accountant
        # What is said is looked for in the source's words.
        context = {**self.env.context, "allowed_company_ids": user.company_ids.ids, "lang": "en_US"}
        env = self.env(user=user, context=context)
        attachments = env["ir.attachment"].create(
            [
                {"name": f"dte_{number}.xml", "mimetype": "text/xml", "raw": content}
                for number, content in enumerate(contents, 1)
            ]
        )
        journals = env["account.journal"].with_context(default_move_type=move_type)
        action = journals.create_document_from_attachment(attachments.ids)
        ids = [action["res_id"]] if action.get("res_id") else action["domain"][0][2]
        return env["account.move"].browse(ids).sorted("id"), action

    def read_one(self, text, **options):
        """Bring one document and return its bill."""
        bills, _action = self.upload(written(text), **options)
        return bills.ensure_one()

    def said(self, bill):
        """Return what stands in the bill's chatter."""
        return " ".join(bill.sudo().message_ids.mapped("body"))
