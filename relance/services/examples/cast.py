"""The customers of the made-up firm."""

from dataclasses import dataclass

from relance.domain.documents import CustomerKind

CLAIRE = "Claire Bonnet"


@dataclass(frozen=True, slots=True)
class Client:
    """A customer and how it pays: days after the due date, None for never."""

    name: str
    town: str
    postcode: str
    pays_after: int | None
    language: str = "fr"
    kind: CustomerKind = CustomerKind.COMPANY
    group: str = ""
    email: bool = True
    contact: str = ""
    manager: str = ""  # also written to, in copy, from the formal notice on


C, P, S = CustomerKind.COMPANY, CustomerKind.PUBLIC, CustomerKind.CONSUMER

CAST = (
    Client("Atelier Mercier & Fils", "Tours", "37000", 22, contact="Madame Mercier"),
    Client("Menuiserie Aubry", "Saumur", "49400", None, contact="Monsieur Aubry", group="Bâtiment"),
    Client("Garage Lenoir", "Blois", "41000", 30),
    Client("Boulangerie Pinson", "Amboise", "37400", 12),
    Client("SCI des Tilleuls", "Orléans", "45000", 45),
    Client("Café de la Poste", "Vendôme", "41100", 5),
    Client("Studio Kessler GmbH", "Freiburg", "79098", 18, language="de", contact="Frau Kessler"),
    Client("Northgate Design Ltd", "Bristol", "BS1 4DJ", 9, language="en", contact="Mrs Hall"),
    Client("Transports Girault", "Le Mans", "72000", None, group="Grands comptes", manager="Madame Girault"),
    Client("Imprimerie du Val", "Chinon", "37500", 3),
    Client("Mairie de Montlouis", "Montlouis-sur-Loire", "37270", 25, kind=P, group="Secteur public"),
    Client("Lycée Jean Zay", "Orléans", "45000", 20, kind=P, group="Secteur public"),
    Client("Centre hospitalier du Loir", "Vendôme", "41100", None, kind=P, group="Secteur public"),
    Client("Pharmacie Delacroix", "Tours", "37100", 0),
    Client("Hôtel du Cygne", "Azay-le-Rideau", "37190", None, contact="Monsieur Ravel", manager="Madame Colin"),
    Client("Cave Touraine Terroirs", "Vouvray", "37210", 8),
    Client("Électricité Marchand", "Joué-lès-Tours", "37300", 15, group="Bâtiment"),
    Client("Plomberie Rousseau", "Loches", "37600", None, group="Bâtiment"),
    Client("Fleurs et Jardins", "Montbazon", "37250", -3),
    Client("Cabinet Lefort", "Tours", "37000", 2),
    Client("Optique Saint-Martin", "Tours", "37000", 10),
    Client("Auto-école Confluence", "Angers", "49000", 28, email=False),
    Client("Librairie Les Marges", "Nantes", "44000", 6),
    Client("Brasserie des Halles", "Tours", "37000", 33),
    Client("Couverture Besnard", "Chartres", "28000", None, group="Bâtiment"),
    Client("Informatique Sologne", "Romorantin", "41200", 7),
    Client("Traiteur Beauval", "Saint-Aignan", "41110", 19),
    Client("Ferme de la Grange Rouge", "Bléré", "37150", 14),
    Client("Ébénisterie Cormier", "Richelieu", "37120", 26, group="Bâtiment"),
    Client("Cliniques Vétérinaires du Cher", "Bourges", "18000", 4, group="Grands comptes"),
    Client("Bâtiments et Travaux Ligériens", "Nantes", "44000", 55, group="Grands comptes", manager="Monsieur Moreau"),
    Client("Madame Hélène Fournier", "Tours", "37000", 16, kind=S),
    Client("Monsieur Paul Gauthier", "Saint-Avertin", "37550", 21, kind=S),
    Client("Scierie Bonneau", "Descartes", "37160", 11),
    Client("Coiffure Anaïs", "Tours", "37200", 1),
    Client("Salle de sport Élan", "Chambray-lès-Tours", "37170", None),
    Client("Agence Immobilière du Parc", "Tours", "37000", 13),
    Client("Peintures Vasseur", "Blois", "41000", 24, group="Bâtiment"),
    Client("Maçonnerie Texier", "Sainte-Maure", "37800", None, group="Bâtiment"),
    Client("Ambulances Rabelais", "Chinon", "37500", 29),
)
