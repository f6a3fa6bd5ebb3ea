/// A wellbeing services county's unit, and whose notices go to it.
public struct Route: Hashable, Sendable {
    public enum Schools: Hashable, Sendable {
        case all
        case listed(Set<SchoolID>)
    }

    public var recipient: RecipientID
    public var name: String
    public var services: Set<ServiceID>
    /// Services of pupil welfare are routed by the school's county. Nil: not by school.
    public var schools: Schools?
    /// Services under the Social Welfare Act are routed by the child's home municipality, three digits. Nil: not by home.
    public var municipalities: Set<String>?
    public var valid: DateSpan?
    public var url: String

    public init(
        recipient: RecipientID, name: String, services: Set<ServiceID>, schools: Schools? = nil, municipalities: Set<String>? = nil,
        valid: DateSpan? = nil, url: String
    ) {
        self.recipient = recipient
        self.name = name
        self.services = services
        self.schools = schools
        self.municipalities = municipalities
        self.valid = valid
        self.url = url
    }

    func leads(service: ServiceID, enrolment: Enrolment, on day: LocalDate) -> Bool {
        guard services.contains(service), valid?.contains(day) ?? true else { return false }
        let bySchool =
            switch schools {
            case .all: true
            case .listed(let listed): listed.contains(enrolment.school.id)
            case nil: true
            }
        let byHome = municipalities.map { homes in enrolment.homeMunicipality.map(homes.contains) ?? false } ?? true
        return (schools != nil || municipalities != nil) && bySchool && byHome
    }
}
