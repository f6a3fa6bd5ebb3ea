/// A school as a register names it.
public struct School: Hashable, Sendable {
    /// The organisation OID of the national register.
    public var oid: String?
    public var code: String?
    public var name: String

    public init(oid: String? = nil, code: String? = nil, name: String) {
        self.oid = oid
        self.code = code
        self.name = name
    }

    public var id: SchoolID { SchoolID(oid ?? code ?? name) }
}

/// A pupil's time at one school in one grade.
public struct Enrolment: Hashable, Sendable {
    public var key: EnrolmentKey
    public var oppijanumero: String?
    public var hetu: String?
    public var familyName: String
    public var givenNames: String
    /// The given name in everyday use.
    public var called: String?
    public var school: School
    public var group: String?
    public var grade: Int
    /// Three digits, such as "186".
    public var homeMunicipality: String?
    public var span: DateSpan
    /// Turvakielto of the pupil.
    public var nonDisclosure: DateSpan?
    /// Turvakielto of a guardian.
    public var guardianNonDisclosure: DateSpan?

    public init(
        key: EnrolmentKey, oppijanumero: String? = nil, hetu: String? = nil, familyName: String, givenNames: String,
        called: String? = nil, school: School, group: String? = nil, grade: Int, homeMunicipality: String? = nil, span: DateSpan,
        nonDisclosure: DateSpan? = nil, guardianNonDisclosure: DateSpan? = nil
    ) {
        self.key = key
        self.oppijanumero = oppijanumero
        self.hetu = hetu
        self.familyName = familyName
        self.givenNames = givenNames
        self.called = called
        self.school = school
        self.group = group
        self.grade = grade
        self.homeMunicipality = homeMunicipality
        self.span = span
        self.nonDisclosure = nonDisclosure
        self.guardianNonDisclosure = guardianNonDisclosure
    }

    /// Turvakielto, the pupil's or a guardian's, holds on the day.
    public func isProtected(on day: LocalDate) -> Bool {
        nonDisclosure?.contains(day) ?? false || guardianNonDisclosure?.contains(day) ?? false
    }
}
