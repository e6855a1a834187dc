"""Forms of vendors: shape and syntax only; each hands over a command."""

from portal.vendors.forms.entity import EntityForm, EntityRulesForm
from portal.vendors.forms.fields import PlacesField, country_choices, yes_or_no
from portal.vendors.forms.people import AddressForm, ContactForm, ExpertForm
from portal.vendors.forms.service_facts import AnswerFactsForm, AskFactsForm, EndForm, FactsForm, ServiceForm
from portal.vendors.forms.signature import (
    CancelSignatureForm,
    ReceivedSignatureForm,
    ServiceSignatureForm,
    SignatureForm,
)
from portal.vendors.forms.vendor_list import ConfirmForm, UploadForm
from portal.vendors.forms.vendor_sheet import NewVendorForm, OwnerForm, VendorForm

__all__ = [
    "AddressForm",
    "AnswerFactsForm",
    "AskFactsForm",
    "CancelSignatureForm",
    "ConfirmForm",
    "ContactForm",
    "EndForm",
    "EntityForm",
    "EntityRulesForm",
    "ExpertForm",
    "FactsForm",
    "NewVendorForm",
    "OwnerForm",
    "PlacesField",
    "ReceivedSignatureForm",
    "ServiceForm",
    "ServiceSignatureForm",
    "SignatureForm",
    "UploadForm",
    "VendorForm",
    "country_choices",
    "yes_or_no",
]
