internal import SiltaCore

/// What registers call the fields of canonical records, in Finnish, Swedish and English. In small letters without anything else; the
/// likeliest first.
enum FieldWords {
    static func words(for field: String, of kind: RecordKind) -> [String] {
        switch (kind, field) {
        case (.absence, "key"): ["merkintaid", "merkinnanid", "poissaoloid", "franvaroid", "absenceid", "attendanceid", "eventid"] + key
        case (.enrolment, "pupil"): (general["pupil"] ?? []) + key
        case (.consent, "key"): ["suostumusid", "samtyckeid", "consentid"] + key
        case (.enrolment, "key"): ["enrolmentid", "enrollmentid", "opiskeluoikeusid", "ilmoittautumisid"]
        case (.absence, "start"):
            [
                "alku", "alkuaika", "alkoi", "alkamisaika", "klo", "kello", "starttid", "borjar", "starttime", "start", "starts", "time",
                "tid",
            ]
        case (.absence, "date"):
            [
                "pvm", "paivamaara", "paiva", "poissaolopvm", "poissaolopaiva", "datum", "dag", "date", "day", "eventdate", "absencedate",
                "attendancedate",
            ]
        case (.consent, "from"): ["voimassaalkaen", "giltigfran", "validfrom"] + from
        case (.consent, "through"): ["voimassaasti", "giltigtill", "validthrough", "validto"] + through
        case (.offered, "minutes"):
            [
                "tarjotutminuutit", "tarjotut", "offeredminutes", "offeredsum", "offered", "scheduledminutes", "scheduled",
                "possibleminutes",
                "possible", "erbjudnaminuter", "erbjuden",
            ] + (general["minutes"] ?? [])
        case (_, "from"): from
        case (_, "through"): through
        case (.coverage, "school"): ["kouluoid", "koulu", "oppilaitos", "skola", "school", "schoolid", "schooloid", "schoolcode"]
        default: general[field] ?? []
        }
    }

    private static let key = [
        "id", "tunniste", "tunnus", "rivitunnus", "rowid", "key", "identifier", "guid", "uuid", "sourcedid", "nyckel",
    ]
    private static let from = [
        "alkupvm", "alkamispvm", "alkamispaiva", "aloituspvm", "aloituspaiva", "alkaen", "alku", "startdatum", "startdate", "entrydate",
        "begindate", "fran", "from",
        "begin",
        "start",
    ]
    private static let through = [
        "loppupvm", "paattymispvm", "paattymispaiva", "asti", "paattyen", "loppu", "slutdatum", "enddate", "exitdate", "till", "through",
        "until", "to",
        "end",
        "slut",
    ]

    private static let general: [String: [String]] = [
        "pupil": [
            "korttinumero", "oppilasnumero", "oppilasnro", "oppilasid", "oppilastunnus", "oppilas", "opiskelijanumero", "opiskelijaid",
            "elevid", "elevnummer", "elev", "studentid", "pupilid", "studentnumber", "personid", "student", "pupil", "henkiloid", "sisid",
            "localid", "upn",
        ],
        "oppijanumero": ["oppijanumero", "oppijaoid", "henkilooid", "learnernumber", "learneroid", "personoid", "studerandenummer"],
        "hetu": [
            "hetu", "henkilotunnus", "sotu", "personbeteckning", "personalidentitycode", "ssn", "socialsecuritynumber", "personnummer",
        ],
        "family-name": ["sukunimi", "efternamn", "slaktnamn", "familyname", "lastname", "surname", "family"],
        "given-names": [
            "etunimet", "etunimi", "fornamn", "givennames", "givenname", "firstnames", "firstname", "forenames", "forename", "given",
        ],
        "called": ["kutsumanimi", "tilltalsnamn", "calledname", "preferredname", "callname", "nickname", "called"],
        "school-name": ["koulu", "koulunnimi", "oppilaitos", "toimipiste", "skola", "skolnamn", "schoolname", "school"],
        "school-oid": ["kouluoid", "oppilaitosoid", "toimipisteoid", "organisaatiooid", "skoloid", "schooloid", "organisationoid"],
        "school-code": ["koulukoodi", "oppilaitosnumero", "oppilaitoskoodi", "skolkod", "schoolcode", "kouluid", "schoolid", "skolid"],
        "group": ["luokka", "lk", "ryhma", "opetusryhma", "klass", "grupp", "classname", "class", "group", "homeroom"],
        "grade": ["vuosiluokka", "luokkaaste", "arskurs", "gradelevel", "grade", "yearlevel", "yeargroup", "year"],
        "home-municipality": ["kotikunta", "kotikuntakoodi", "hemkommun", "homemunicipality", "municipality"],
        "non-disclosure-from": ["turvakieltoalku", "turvakieltoalkaen", "sparrmarkeringfran", "nondisclosurefrom"],
        "non-disclosure-through": ["turvakieltoloppu", "turvakieltoasti", "sparrmarkeringtill", "nondisclosurethrough"],
        "minutes": [
            "kesto", "kestomin", "minuutit", "kestominuutteina", "pituus", "minuter", "langd", "minutes", "absentminutes", "duration",
            "length",
            "min",
        ],
        "class": [
            "merkintakoodi", "poissaolokoodi", "poissaololaji", "poissaolotyyppi", "merkintatyyppi", "tyyppi", "syykoodi", "koodi", "laji",
            "merkinta",
            "franvarotyp", "franvarokod", "kod", "typ", "absencetype", "absencecode", "attendancecode", "attendancetype", "category",
            "code",
            "type", "kind", "status",
        ],
        "giver": ["antaja", "suostumuksenantaja", "givare", "giver", "givenby"],
        "purpose": ["tarkoitus", "kayttotarkoitus", "andamal", "purpose"],
        "recipient": ["saaja", "vastaanottaja", "mottagare", "recipient"],
        "scope": ["laajuus", "omfattning", "scope"],
        "given": ["annettu", "antopvm", "given", "givet", "givendate"],
        "withdrawn": ["peruttu", "peruutettu", "aterkallad", "withdrawn", "revoked"],
    ]

    /// Free text and whoever taught: nobody needs them, and they may hold anything.
    private static let dropped = [
        "opettaja", "larare", "teacher", "lisatieto", "lisatiedot", "kommentti", "kommentar", "comment", "comments", "huomautus", "huomio",
        "anteckning", "note", "notes", "selite", "selitys", "kuvaus", "description", "freetext", "viesti", "meddelande", "message",
        "kirjaaja", "huom",
    ]

    /// Every word, so that a header is told from a row.
    private static let all = Set(
        RecordKind.allCases.flatMap { kind in kind.fields.flatMap { words(for: $0.name, of: kind) } } + dropped)

    static func isKnown(_ name: String) -> Bool { all.contains(plain(name)) || all.contains(plain(lastPart(name))) }

    /// Of a column of times.
    static func isEnd(_ name: String) -> Bool {
        ["loppu", "loppuaika", "paattyi", "paattymisaika", "sluttid", "slutar", "slut", "endtime", "end", "until"].contains(
            plain(lastPart(name)))
    }

    static func isDropped(_ name: String) -> Bool { dropped.contains(plain(name)) || dropped.contains(plain(lastPart(name))) }

    /// How well a column's name names a field: 0 is best; nil where it does not.
    static func rank(_ name: String, for field: String, of kind: RecordKind) -> Int? {
        let words = words(for: field, of: kind)
        if let index = words.firstIndex(of: plain(name)) { return index }
        // `student.id`: the whole path first, then its parts.
        if let index = words.firstIndex(of: plain(lastPart(name))) { return 100 + index }
        // `Kesto (h)`, `Poissaolon tunniste`: one of its words. `Merkintäpäivä`: what a long word ends with.
        guard !isKnown(name) else { return nil }
        let parts = parts(name)
        if let index = words.firstIndex(where: parts.contains) { return byPart + index }
        if let index = words.firstIndex(where: { word in word.utf8.count >= 4 && parts.contains { $0.hasSuffix(word) } }) {
            return byPart + 100 + index
        }
        return nil
    }

    /// From this rank on, only a part of the name names the field.
    static let byPart = 200

    /// The words of a name, plain.
    static func parts(_ name: String) -> [String] {
        name.split { !$0.isLetter && !$0.isNumber }.map { plain(String($0)) }
    }

    /// Of a column of lengths, by what its name says.
    static func unit(_ name: String) -> NumberFormat.Unit? {
        let parts = parts(name)
        if parts.contains(where: ["h", "t", "tuntia", "tunnit", "tunteina", "timmar", "hours", "hrs"].contains) { return .hours }
        if parts.contains(where: ["oppitunnit", "oppituntia", "oppitunteina", "lektioner", "lessons", "periods"].contains) {
            return .lessons
        }
        return nil
    }

    static func lastPart(_ name: String) -> String { String(name.split(separator: ".").last ?? "") }

    /// In small letters, without accents and anything that is no letter or digit.
    static func plain(_ name: String) -> String {
        var text = ""
        for scalar in name.lowercased().unicodeScalars {
            switch scalar {
            case "å", "ä", "á", "à": text += "a"
            case "ö", "ø", "ó": text += "o"
            case "é", "è": text += "e"
            case "ü": text += "u"
            case "a"..."z", "0"..."9": text.unicodeScalars.append(scalar)
            default: break
            }
        }
        return text
    }

    /// What a code seems to mean, by its words; nil where nothing says.
    static func markClass(_ code: String) -> MarkClass? {
        let text = plain(code)
        let words: [(MarkClass, [String])] = [
            (.unexplained, ["selvittamat", "oklar", "outredd", "unexplained", "unknown", "noreason"]),
            (.late, ["myohas", "forsen", "senankomst", "sen", "late", "tardy"]),
            (.unauthorised, ["luvaton", "luvat", "lintsa", "olovlig", "skolk", "unauthori", "unexcused", "truan"]),
            (.health, ["sairau", "sairas", "tervey", "sjuk", "halso", "health", "sick", "ill", "medical"]),
            (.leave, ["loma", "vapaa", "anottu", "ledig", "leave", "vacation", "holiday"]),
            (.elsewhere, ["tet", "retki", "koulunmuu", "praktik", "utflykt", "elsewhere", "fieldtrip", "activity"]),
            (.ignore, ["lasna", "paikalla", "narvar", "present", "kehu", "positiiv", "berom", "unohtu", "glomd", "homework", "laksy"]),
            (.explained, ["selvitetty", "hyvaksyt", "utredd", "godkand", "explained", "excused"]),
        ]
        return words.first { $0.1.contains { text == $0 || (($0.count > 3) && text.hasPrefix($0)) } }?.0
    }

    static func giver(_ word: String) -> Consent.Giver? {
        let text = plain(word)
        if ["huoltaja", "vardnadshavare", "guardian", "parent"].contains(text) { return .guardian }
        if ["oppilas", "elev", "pupil", "student", "itse"].contains(text) { return .pupil }
        if ["edustaja", "representant", "representative"].contains(text) { return .representative }
        return nil
    }
}
