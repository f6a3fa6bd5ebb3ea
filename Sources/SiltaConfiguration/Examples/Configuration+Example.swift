/// A file that `silta init` writes where there is none.
public struct ExampleFile: Hashable, Sendable {
    /// Relative to the folder of silta.yaml.
    public let name: String
    public let text: String
}

extension Configuration {
    /// silta.yaml and the files that it names: one provider, whose disclosure is paused until someone opens it.
    public static let example = [
        ExampleFile(name: "silta.yaml", text: exampleConfiguration),
        ExampleFile(name: "calendar.yaml", text: exampleCalendar),
        ExampleFile(name: "sky.yaml", text: examplePolicy),
    ]

    private static let exampleConfiguration = """
        # Silta's configuration. Relative paths are relative to this file. A secret is credential:NAME, a file in the credentials folder.
        # Lengths of time: 20s, 15m, 2h, 7d. After a change: silta check

        state: state                                      # the log, keys and state; a folder for each provider below it
        credentials: credentials                          # only where systemd does not name a folder of credentials
        # connectors: [/etc/silta/connectors, /usr/share/silta/connectors]    # the folders to look for connectors in
        console: {listen: "127.0.0.1:8642"}               # health and metrics, for this machine only
        # socket: {path: /run/silta/silta.sock, group: silta-operators}       # where commands reach the daemon; else state/silta.sock
        # roles: {operator: ["@silta-operators"], releaser: [maija], data-protection: [liisa]}   # who may ask the daemon for what

        providers:
          - id: jarvenpaa
            name: Järvenpää
            municipality: "186"
            master-key: credential:jarvenpaa-master-key   # 32 bytes; without it nothing in the log can be read: keep a copy elsewhere
            signing-key: credential:jarvenpaa-signing-key
            calendar: calendar.yaml
            policy: sky.yaml
            disclosure: paused                            # nothing leaves before this says open: look at what would be sent first
            sources:
              - id: primus
                connector: primus-csv
                every: 15m
                # deadline: 10m                           # a poll that takes longer has failed
                # consent-age: 7d                         # a consent is no basis where its source has been silent for longer
                # guard: {rows: 20, share: 10 %}          # a poll that would withdraw more than both is held
                # quarantine: {keep: 90d, failing-above: 5 %}    # how long bad rows are kept; more of them, and the source is failing
                config:
                  location: export                        # the folder that the register exports to
                  encoding: utf-8
                  # The register's codes, which differ from one municipality to the next, and what they mean here.
                  codes: {"01": unexplained, "02": late, "03": elsewhere, "04": ignore, "21": unauthorised, "31": ignore,
                          "111": health, "112": leave, "113": explained}
            recipients:
              - id: hva-keusote
                name: Keski-Uudenmaan hyvinvointialue
                services: [pupil-welfare]
                schools: all                              # or [OID, …]; municipalities: ["186"] for services that go by the child's home
                # valid: {from: 2026-08-01, through: 2027-07-31}
                deliver:
                  url: https://vastaanotto.example/notices
                  format: cloudevents
                  sign: credential:keusote-webhook        # a Standard Webhooks secret, whsec_…
                  timeout: 20s

        """

    private static let exampleCalendar = """
        # The school year: school days are Monday to Friday from start through end that no holiday covers.

        start: 2026-08-12
        end: 2027-06-05
        terms:
          - {name: autumn, from: 2026-08-12, through: 2026-12-19}
          - {name: spring, from: 2027-01-07, through: 2027-06-05}
        holidays:
          - {from: 2026-10-12, through: 2026-10-18}
          - {from: 2026-12-20, through: 2027-01-06}
          - {from: 2027-02-15, through: 2027-02-21}
          - {from: 2027-03-26, through: 2027-03-29}
          - {from: 2027-05-06, through: 2027-05-06}
        # extra-school-days: [2027-01-16]                 # a Saturday that makes up for another day

        """

    private static let examplePolicy = """
        # Whose absence is assessed, what counts, where the tiers begin, and what is sent. Before a change: silta policy simulate FILE

        policy: sky-2026
        grades: [5, 6, 7, 8, 9]
        period: school-year                               # or term, or {last-school-days: 60}
        scopes:                                           # what a consent of each scope allows
          perus: [identity, school, grade, tier, minutes, period, contact]
        counts: [unexplained, unauthorised, health, leave, explained]
        minimum-school-days: 20                           # before the 20th school day every tier is 0
        tiers:                                            # from: at least; above: more than. Also 30 lessons, 600 min
          - {tier: 1, from: 5 %}
          - {tier: 2, from: 10 %}
          - {tier: 3, above: 20 %}
        notices:
          - rule: pupil-welfare-contact
            tier: 2
            service: pupil-welfare
            purpose: opiskeluhuolto
            release: by-person                            # or automatic
            include: [identity, school, grade, tier, minutes, period]
            # deadline: 14d                               # how long delivering is tried
            # contact: {role: Kuraattori, phone: "09 123 4567"}

        """
}
