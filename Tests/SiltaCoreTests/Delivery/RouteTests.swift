import SiltaCore
import SiltaTesting
import Testing

/// Where a notice goes: by the school's county, or by the child's home municipality.
struct RouteTests {
    private let school = Example.school.id

    /// The reason to wait, or nil where the notice may go.
    private func reason(_ routes: [Route], home: String? = "186") -> HoldReason? {
        var scene = Scene()
        var enrolment = Example.enrolment()
        enrolment.homeMunicipality = home
        scene.pupil.evolve(.enrolmentsRecorded(Example.source, [enrolment]))
        scene.provider.evolve(.routesAdopted(.init(digest: "routes", value: routes)))
        let events = scene.review()
        guard events != [.readied(Example.recipient)] else { return nil }
        guard case .held(let reason)? = events.first, events.count == 1 else {
            Issue.record("it should wait or be ready: \(events)")
            return .notReviewed
        }
        return reason
    }

    private func route(
        _ schools: Route.Schools?, homes: Set<String>? = nil, services: Set<ServiceID> = [Example.welfare], valid: DateSpan? = nil,
        recipient: RecipientID = Example.recipient
    ) -> Route {
        Route(
            recipient: recipient, name: "HVA", services: services, schools: schools, municipalities: homes, valid: valid,
            url: "https://a.example")
    }

    @Test func `a route leads by school`() {
        #expect(reason([route(.all)]) == nil)
        #expect(reason([route(.listed([school]))]) == nil)
        #expect(reason([route(.listed([Example.otherSchool.id]))]) == .noRoute)
        #expect(reason([route(.listed([]))]) == .noRoute)
    }

    @Test func `a route leads by home municipality`() {
        #expect(reason([route(nil, homes: ["186", "505"])]) == nil)
        #expect(reason([route(nil, homes: ["091"])]) == .noRoute)
        #expect(reason([route(nil, homes: ["186"])], home: nil) == .noRoute, "unknown is not there")
        #expect(reason([route(nil)]) == .noRoute, "neither by school nor by home")
    }

    @Test func `another service, no route at all, or two that lead leave it to a person`() {
        #expect(reason([route(.all, services: ["child-welfare"])]) == .noRoute)
        #expect(reason([]) == .noRoute)
        #expect(reason([route(.all), route(.listed([school]), recipient: "hva-toinen")]) == .noRoute)
    }

    @Test func `a route has validity dates, both ends included`() {
        for (from, through, leads) in [
            ("2026-09-08", "2026-09-08", true), ("2026-09-09", nil, false), ("2026-01-01", "2026-09-07", false), ("2026-01-01", nil, true),
        ] as [(String, String?, Bool)] {
            #expect((reason([route(.all, valid: DateSpan(from: day(from), through: through.map(day)))]) == nil) == leads, "\(from)")
        }
        let change = [
            route(.all, valid: DateSpan(from: day("2026-01-01"), through: day("2026-09-07")), recipient: "hva-vanha"),
            route(.all, valid: DateSpan(from: day("2026-09-08"))),
        ]
        #expect(reason(change) == nil)
    }

    @Test func `a consent to another recipient than the route's is no basis`() {
        #expect(reason([route(.all, recipient: "hva-toinen")]) == .noConsent)
    }
}
