"""Invented people with Albanian, Roma and Serbian names, and the ways such names get written wrongly.

The ways of misspelling are written from the habits of the languages, apart from the rules in
`cadra.keeper.names.spelling`, so that measuring is not asking the rules about themselves.
"""

import random
from dataclasses import dataclass, replace
from itertools import accumulate


def _words(text: str) -> list[str]:
    return text.split()


_GIVEN = _words(
    """
    Arta Besa Drita Valbona Mimoza Ermira Elira Flutura Vjollca Lule Luljeta Shpresa Teuta Zana
    Yllka Xhevahire Liridona Donjeta Fatmire Gjyste Gjylsime Hajrije Ilirjana Jehona Kaltrina
    Laureta Majlinda Mirela Nazmije Ornela Pranvera Qëndresa Rrezarta Sadije Suela Tringa Valmira
    Violeta Xhenisa Ylberina Zamira Zylfije Albana Anila Blerta Brunilda Çlirime Dafina Diellza
    Edlira Elona Enkeleda Entela Eralda Fatbardha Fitore Florije Gentiana Hatixhe Hysnije Ikbale
    Jonida Klodiana Ledina Lindita Manjola Nertila Odeta Petrit Arben Agim Agron Altin Artan Astrit
    Bardhyl Bashkim Bekim Besnik Blerim Bujar Driton Dritan Edmond Enver Ermal Fatmir Fatos Flamur
    Gazmend Genc Gjergj Gjon Gëzim Hajdar Hysen Ilir Jeton Kastriot Kreshnik Kujtim Ledian Lulzim
    Luan Mentor Nexhat Ndue Ndriçim Petrika Qemal Ramiz Rexhep Rrok Sokol Shkëlqim Skënder Shpëtim
    Taulant Valon Vehbi Xhafer Xhelal Xhemal Xhevdet Ylli Zef Zenel Dhimitër Thanas Kostandin
    Vangjel Sotir
    """
)
_ROMA_GIVEN = _words(
    """
    Bajram Ramadan Sevdail Sabaudin Shaban Sherif Orhan Emin Muharrem Selim Ajet Demir Ferdi Mustafa
    Rexhep Gjuljeta Esma Zumbyle Sanije Fatime Sebahate Hanife Xhemile Gjylten Shahe Shukrije
    Remzije Ajshe Bukurije Zyhra Nazmi Sadik Elmaz
    """
)
_SERB_GIVEN = _words(
    """
    Aleksandar Bojan Božidar Branislav Čedomir Danijela Dragan Dragica Dušan Đorđe Gordana Goran
    Ivana Jelena Jovan Katarina Ljiljana Ljubiša Marija Milica Miloš Milena Miroslav Nataša Nebojša
    Nenad Nikola Petar Predrag Radmila Ratko Saša Slađana Slobodan Snežana Srđan Stefan Svetlana
    Tijana Vesna Višnja Vladimir Vuk Zoran Željko Živko
    """
)
_SURNAMES = _words(
    """
    Hoxha Shehu Prifti Dervishi Krasniqi Gashi Berisha Kola Gjoka Marku Leka Hasani Hysa Mema Çela
    Dema Muça Meta Xhafa Bajrami Zeneli Rama Shkurti Lleshi Ndreka Përgega Gjini Doda Pjetri Toska
    Basha Kurti Haxhiu Thaçi Bytyqi Morina Rexhepi Veseli Zogaj Llapashtica Gjonaj Markaj Ndoj Vukaj
    Dedaj Lekaj Prençi Çoba Xhaferi Xhelili Xhaka Nuhiu Qosja Qerimi Qafzezi Gjata Mëhilli Shqau
    Shtylla Shaqiri Spahiu Hyseni Ymeri Yzeiri Zhupa Zhegrova Dhima Dhamo Thanasi Llukani Rrapi
    Rrushi Njazi Frashëri Bushati Vrioni Toptani Kadare Agolli Pashko Zaimi Bregu Dollani Elezi
    Fishta Gurakuqi Hajdini Islami Jakupi Kaçi Lamçe Musaraj Nallbani Osmani Papajani Qyra Ruçi
    Sulejmani Tafaj Uka Vathi Xhumari Ylli Zyberi Alushi Balliu Cara Duka
    """
)
_ROMA_SURNAMES = _words(
    """
    Bajrami Demiri Mustafai Shabani Selimi Hasani Rustemi Kasemi Memeti Osmani Saliu Ramadani
    Durmishi Gaxheri Llakatosh Kovaçi Xhambazi Çergari Mehmeti Alimi Ajdari Sejdini Zekiri Bekiri
    Jashari Dervishi Hyseini Toski Beganaj
    """
)
_SERB_SURNAMES = _words(
    """
    Jovanović Petrović Nikolić Marković Đorđević Stojanović Ilić Stanković Pavlović Milošević
    Živković Đurić Šarić Žigić Čolić Bošković Ćirić Vučić Radosavljević Krstić Kostić Jocić Hadžić
    Hodžić Janković Tomić Savić Matić Filipović Stefanović
    """
)
_STEMS = _words(
    """
    Al Ba Be Bra Cu Da De Dra Du Fe Ga Gjo Ha Ho Hu Ja Ka Ke Kra Ku La Li Lu Ma Me Mu Na Ne Nu Pa Pe
    Pre Qa Ra Re Ro Sa Sha She Shku Sta Ta To Tri Va Ve Vra Xha Xhe Ya Za Ze Zo Zhu Ça Çe Dha The
    Lla Rra Nja Stra Spa Mbi Ndre
    """
)
_MIDDLES = _words(
    """
    la ra mi na sha shi ka ku le li lo me ne ri ro si ta ti va xhi zi be da de do du fi ga gji lla
    lle mba nda rri qi vo
    """
)
_ENDS = _words(
    """
    j ku shi ni ri ti aj i u a ra la li xhi qi ku oni ushi eci ani agu eti iqi asi ova ari uli ma ta
    na shta llari nji ça
    """
)


@dataclass(frozen=True)
class Invented:
    """An invented person: a name as the person writes it, and a birth."""

    name: str
    year: int
    month: int
    day: int

    @property
    def birth_date(self) -> str:
        return f"{self.year}-{self.month:02}-{self.day:02}"


class Corpus:
    """Draws people; names are as uneven as in life, with a long tail of rarer surnames."""

    def __init__(self, seed: int = 7, rare_surnames: int = 20_000) -> None:
        self._chance = random.Random(seed)
        rare = self._invented_surnames(rare_surnames)
        self._albanian = _Weighted(self._chance, _SURNAMES + rare)
        self._roma = _Weighted(self._chance, _ROMA_SURNAMES + rare[: rare_surnames // 10])
        self._serbian = _Weighted(self._chance, _SERB_SURNAMES + [name + "ović" for name in rare[: rare_surnames // 4]])
        self._given = [_Weighted(self._chance, names) for names in (_GIVEN, _ROMA_GIVEN, _SERB_GIVEN)]

    def person(self) -> Invented:
        """One invented person; one in four with a father's name between given name and surname."""
        draw = self._chance.random()
        kind, surnames = (0, self._albanian) if draw < 0.75 else (1, self._roma) if draw < 0.88 else (2, self._serbian)
        given, surname = self._given[kind].draw(), surnames.draw()
        if self._chance.random() < 0.25:
            given = f"{given} {self._given[kind].draw()}"
        if self._chance.random() < 0.04:
            surname = f"{surname}-{surnames.draw()}"
        return Invented(
            f"{given} {surname}",
            self._chance.randint(1955, 2012),
            self._chance.randint(1, 12),
            self._chance.randint(1, 28),
        )

    def _invented_surnames(self, count: int) -> list[str]:
        names: dict[str, None] = {}
        while len(names) < count:
            middle = "".join(self._chance.choices(_MIDDLES, k=self._chance.choice((1, 1, 2))))
            names[self._chance.choice(_STEMS) + middle + self._chance.choice(_ENDS)] = None
        return list(names)


class _Weighted:
    def __init__(self, chance: random.Random, names: list[str]) -> None:
        self._chance = chance
        self._names = names
        self._weights = list(accumulate(1 / (rank + 20) ** 0.9 for rank in range(len(names))))

    def draw(self) -> str:
        return self._chance.choices(self._names, cum_weights=self._weights)[0]


_PLAIN = str.maketrans("ëçšžčćđ", "ecszccd")
_ITALIAN = {
    "xh": "gi",
    "gj": "gi",
    "sh": "sc",
    "q": "ch",
    "ç": "c",
    "nj": "gn",
    "zh": "g",
    "dh": "d",
    "th": "t",
}
_ITALIAN |= {
    "ll": "l",
    "rr": "r",
    "y": "i",
    "ë": "e",
    "j": "i",
    "x": "z",
    "ž": "z",
    "š": "sc",
    "ć": "c",
    "č": "c",
}
_ENGLISH = {
    "xh": "j",
    "gj": "j",
    "q": "ch",
    "ç": "ch",
    "nj": "ny",
    "dh": "th",
    "ll": "l",
    "rr": "r",
    "y": "u",
    "ë": "e",
}
_ENGLISH |= {"j": "y", "x": "dz", "c": "ts", "ž": "zh", "š": "sh", "ć": "ch", "č": "ch", "đ": "dj"}
_GERMAN = {
    "xh": "dsch",
    "gj": "dj",
    "sh": "sch",
    "q": "tsch",
    "ç": "tsch",
    "nj": "nj",
    "zh": "sch",
    "dh": "d",
}
_GERMAN |= {
    "th": "t",
    "ll": "l",
    "rr": "r",
    "y": "ü",
    "ë": "e",
    "z": "s",
    "v": "w",
    "š": "sch",
    "č": "tsch",
    "ć": "tsch",
}
_SERBIAN = {
    "xh": "dž",
    "gj": "đ",
    "sh": "š",
    "q": "ć",
    "ç": "č",
    "zh": "ž",
    "dh": "d",
    "th": "t",
    "ll": "l",
    "rr": "r",
}
_SERBIAN |= {"y": "i", "ë": "e", "x": "dz"}
_ALBANIAN = {"dž": "xh", "đ": "gj", "š": "sh", "ć": "q", "č": "ç", "ž": "zh"}
_CYRILLIC = {**_SERBIAN, "dž": "џ", "dz": "ѕ", "lj": "љ", "nj": "њ"}
_CYRILLIC_LETTERS = str.maketrans("abvgdezijklmnoprstufhcšžčćđ", "абвгдезијклмнопрстуфхцшжчћђ")
_GREEK = {
    "xh": "τζ",
    "gj": "γκι",
    "sh": "σ",
    "q": "κι",
    "ç": "τσ",
    "nj": "νι",
    "zh": "ζ",
    "dh": "δ",
    "th": "θ",
}
_GREEK |= {
    "ll": "λ",
    "rr": "ρ",
    "y": "ι",
    "ë": "ε",
    "j": "ι",
    "x": "τζ",
    "c": "τσ",
    "b": "μπ",
    "d": "ντ",
    "g": "γκ",
}
_GREEK |= {
    "h": "χ",
    "aj": "αϊ",
    "ej": "εϊ",
    "š": "σ",
    "ž": "ζ",
    "č": "τσ",
    "ć": "τσ",
    "đ": "τζ",
    "dž": "τζ",
    "u": "ου",
    "v": "β",
}
_GREEK_LETTERS = str.maketrans("aefiklmnoprstz", "αεφικλμνοπρστζ")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Misspeller:
    """Writes names as strangers, hurried colleagues and other alphabets write them."""

    KINDS = ("typed wrong", "reordered", "without marks", "foreign ear", "other alphabet", "several at once")

    def __init__(self, seed: int = 11) -> None:
        self._chance = random.Random(seed)

    def misspelt(self, name: str, kind: str) -> str:
        """The name written wrongly in one way."""
        if kind == "typed wrong":
            return self._typo(name)
        if kind == "reordered":
            return self._reordered(name)
        if kind == "without marks":
            return name.lower().translate(_PLAIN)
        if kind == "foreign ear":
            return self._foreign(name)
        if kind == "other alphabet":
            return self._other_alphabet(name)
        return self._reordered(self._typo(self._foreign(name)))

    def birth_year(self, person: Invented) -> Invented:
        """A birth year as people give it: mostly right, often one off, sometimes two digits swapped."""
        draw = self._chance.random()
        if draw < 0.75:
            return person
        if draw < 0.95:
            return replace(person, year=person.year + self._chance.choice((-1, 1)))
        text = str(person.year)
        return replace(person, year=int(text[:2] + text[3] + text[2]))

    def _foreign(self, name: str) -> str:
        return _rewritten(name.lower(), self._chance.choice((_ITALIAN, _ENGLISH, _GERMAN, _SERBIAN, _ALBANIAN)))

    def _other_alphabet(self, name: str) -> str:
        if self._chance.random() < 0.7:
            return _rewritten(_rewritten(name.lower(), _SERBIAN), _CYRILLIC).translate(_CYRILLIC_LETTERS)
        return _rewritten(name.lower(), _GREEK).translate(_GREEK_LETTERS)

    def _reordered(self, name: str) -> str:
        parts = name.replace("-", " ").split()
        if len(parts) == 3 and self._chance.random() < 0.5:
            parts = [parts[0], parts[2]]
        return " ".join(reversed(parts))

    def _typo(self, name: str) -> str:
        letters = list(name.lower())
        place = self._chance.choice([i for i, letter in enumerate(letters) if letter.isalpha()])
        kind = self._chance.randrange(4)
        if kind == 0:
            del letters[place]
        elif kind == 1:
            letters.insert(place, letters[place])
        elif kind == 2 and place + 1 < len(letters) and letters[place + 1] != " ":
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        else:
            letters[place] = self._neighbour(letters[place])
        return "".join(letters)

    def _neighbour(self, letter: str) -> str:
        for row in _KEYS:
            if letter in row:
                place = row.index(letter)
                return self._chance.choice(row[max(0, place - 1) : place] + row[place + 1 : place + 2])
        return "e"


def _rewritten(name: str, habit: dict[str, str]) -> str:
    """Each letter or pair once, longest first, from left to right."""
    out, place = [], 0
    while place < len(name):
        for length in (2, 1):
            piece = name[place : place + length]
            if piece in habit:
                out.append(habit[piece])
                break
        else:
            out.append(name[place])
            length = 1
        place += length
    return "".join(out)
