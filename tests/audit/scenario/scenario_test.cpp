#include "audit/scenario/scenario.hpp"

#include "tests/audit/scenario/files.hpp"

using namespace smtpsim;
using namespace smtpsim::scenario;
using namespace std::chrono_literals;
using profiles::test::Files;
using profiles::test::Lines;

namespace {

/// Four lines; a test's own begin in line 4 where it says nothing of a client.
const std::string head = "smtpsim: 1\nscenario: It holds\n";
const std::string top = head + "client: {command: [c]}\n";

profiles::Loaded<std::vector<Scenario>> loaded(const std::string& text, Files files = {}) {
    files["tests/s.yaml"] = text;
    return load_scenarios("tests/s.yaml", profiles::test::reader(std::move(files)));
}

std::vector<Scenario> scenarios(const std::string& text, const Files& files = {}) {
    auto out = loaded(text, files);
    if (!out) FAIL(out.error().front().text());
    return *std::move(out);
}

Scenario only(const std::string& text, const Files& files = {}) {
    auto out = scenarios(text, files);
    REQUIRE(out.size() == 1);
    return std::move(out.front());
}

Lines wrong(const std::string& text, const Files& files = {}) {
    const auto out = loaded(text, files);
    return out ? Lines{} : profiles::test::lines(out.error());
}

Lines names(const std::vector<Scenario>& all) {
    Lines out;
    for (const Scenario& each : all) out.push_back(each.name);
    return out;
}

const std::string own_profile = "smtpsim: 1\nprofile: own\nserver: {hostname: own.test}\n";

} // namespace

TEST_CASE("a scenario of a few lines takes the usual", "[scenario]") {
    const Scenario scenario = only(top);
    CHECK(scenario.name == "It holds");
    CHECK(scenario.file == "tests/s.yaml");
    CHECK(scenario.place.line == 2);
    CHECK(!scenario.seed.has_value());
    REQUIRE(scenario.steps.size() == 1);
    const Step& step = scenario.steps.front();
    CHECK(step.name.empty());
    CHECK(step.clients == 1);
    CHECK(step.secure == Secure::plain);
    CHECK(!step.login);
    REQUIRE(step.servers.size() == 1);
    CHECK(step.servers.front().name.empty());
    CHECK(step.servers.front().profile.name == "esmtp");
    CHECK(step.client.name == "c");
    CHECK(step.client.folder == (std::filesystem::current_path() / "tests").string());
}

TEST_CASE("every key of a scenario is read", "[scenario]") {
    const Scenario scenario = only(R"(smtpsim: 1
scenario: All of it
summary: Why
tags: [storage, v1.2]
seed: 7
setup: [[mkdir, "{dir}/x"], ["true"]]
teardown: [["false"]]
profile: post-office-1996
server: {hostname: other.test}
faults: [{use: kb155455/message/552}]
client: {command: [/usr/bin/c, "{options}"], starttls: [-t], timeout: 3s}
clients: 3
tls: starttls
login: true
mail: {sender: a@a.test, recipient: b@b.test, message: mail.eml}
expect: {outcome: failed, sessions: 1}
)",
                                   {{"tests/mail.eml", "Subject: x\n\ny\n"}});
    CHECK(scenario.summary == "Why");
    CHECK(scenario.tags == Lines{"storage", "v1.2"});
    CHECK(scenario.seed == std::optional<std::uint64_t>(7));
    CHECK(scenario.setup == std::vector<Lines>{{"mkdir", "{dir}/x"}, {"true"}});
    CHECK(scenario.teardown == std::vector<Lines>{{"false"}});
    CHECK(scenario.faults == Lines{"kb155455/message/552"});
    const Step& step = scenario.steps.at(0);
    CHECK(step.servers.at(0).profile.name == "post-office-1996");
    CHECK(step.servers.at(0).profile.server.hostname == "other.test");
    CHECK(step.servers.at(0).profile.faults.size() == 1);
    CHECK(step.client.name == "c");
    CHECK(step.client.timeout == 3s);
    CHECK(step.clients == 3);
    CHECK(step.secure == Secure::starttls);
    CHECK(step.login);
    CHECK(step.sender == "a@a.test");
    CHECK(step.recipient == "b@b.test");
    CHECK(step.message == "Subject: x\n\ny\n");
    CHECK(step.expect.outcome.is_only("failed"));
    CHECK(step.expect.sessions->most == 1);
}

TEST_CASE("commands are any text, many lines of it too", "[scenario]") {
    const Scenario scenario = only(top + "setup: [[sh, -c, \"a\\nb\\n\", \"\"]]\n");
    CHECK(scenario.setup == std::vector<Lines>{{"sh", "-c", "a\nb\n", ""}});
}

TEST_CASE("a step inherits what the file says and overrides it", "[scenario]") {
    const Scenario scenario = only(top + R"(profile: post-office-1996
server: {hostname: a.test}
mail: {sender: a@a.test, recipient: b@b.test}
expect: {outcome: delivered, stored: 1}
steps:
  - name: first
  - name: second
    server: {hostname: b.test}
    mail: {sender: c@a.test}
    expect: {outcome: failed}
    clients: 2
  - name: third
    client: {command: [d]}
)");
    REQUIRE(scenario.steps.size() == 3);
    const Step &first = scenario.steps[0], &second = scenario.steps[1], &third = scenario.steps[2];
    CHECK(first.name == "first");
    CHECK(first.servers.at(0).profile.server.hostname == "a.test");
    CHECK(first.clients == 1);
    CHECK(second.servers.at(0).profile.name == "post-office-1996");
    CHECK(second.servers.at(0).profile.server.hostname == "b.test");
    CHECK(second.sender == "c@a.test");
    CHECK(second.recipient == "b@b.test");
    CHECK(second.expect.outcome.is_only("failed"));
    CHECK(second.expect.stored->least == 1);
    CHECK(second.clients == 2);
    CHECK(second.client.command == Lines{"c"});
    CHECK(third.client.command == Lines{"d"});
    CHECK(third.sender == "a@a.test");
}

TEST_CASE("a step's faults take the place of the file's", "[scenario]") {
    const Scenario scenario = only(top + R"(faults: [{use: kb155455/rcpt/550}]
steps:
  - {name: first}
  - {name: second, faults: [{use: kb155455/rcpt/451}]}
)");
    CHECK(scenario.steps.at(1).servers.at(0).profile.faults.size() == 1);
    CHECK(scenario.faults == Lines{"kb155455/rcpt/550", "kb155455/rcpt/451"});
}

TEST_CASE("a scenario extends another: maps are merged, lists replaced", "[scenario]") {
    const Files files{{"tests/common/base.yaml", R"(smtpsim: 1
scenario: Base
tags: [a, b]
client: {command: [c], timeout: 3s}
expect: {outcome: failed, sessions: 1}
)"}};
    const Scenario scenario = only(R"(smtpsim: 1
extends: common/base.yaml
scenario: Own
tags: [c]
expect: {outcome: deferred}
)",
                                   files);
    CHECK(scenario.name == "Own");
    CHECK(scenario.tags == Lines{"c"});
    CHECK(scenario.steps.at(0).client.timeout == 3s);
    CHECK(scenario.steps.at(0).expect.outcome.is_only("deferred"));
    CHECK(scenario.steps.at(0).expect.sessions->most == 1);
}

TEST_CASE("scenarios that extend each other without end are a problem", "[scenario]") {
    CHECK(wrong("smtpsim: 1\nextends: s.yaml\n") ==
          Lines{"tests/s.yaml:2:10: scenarios extend each other without end"});
    CHECK(
        wrong("smtpsim: 1\nextends: t.yaml\n", {{"tests/t.yaml", "smtpsim: 1\nextends: s.yaml\n"}})
            .size() == 1);
    CHECK(wrong("smtpsim: 1\nextends: gone.yaml\n") ==
          Lines{"tests/s.yaml:2:10: tests/gone.yaml: no such file"});
}

TEST_CASE("a parameter stands for its value, everywhere in the file", "[scenario]") {
    const Scenario scenario = only(R"(smtpsim: 1
scenario: Of {who}
parameters: {who: "jdoe@{port}", prog: d, script: "a\nb\n"}
client: {command: ["{prog}", "--from={who}", "{script}"]}
mail: {sender: "{who}"}
)");
    CHECK(scenario.name == "Of jdoe@{port}");
    CHECK(scenario.steps.at(0).client.command == Lines{"d", "--from=jdoe@{port}", "a\nb\n"});
    CHECK(scenario.steps.at(0).sender == "jdoe@{port}");
}

TEST_CASE("a parameter may be a number, and is a text where it is used", "[scenario]") {
    const Scenario scenario = only(head + R"(parameters: {n: 3}
client: {command: [c, "{n}", "-{n}"], timeout: "{n}s"}
expect: {sessions: "{n}..{n}"}
)");
    CHECK(scenario.steps.at(0).client.command == Lines{"c", "3", "-3"});
    CHECK(scenario.steps.at(0).client.timeout == 3s);
    CHECK(scenario.steps.at(0).expect.sessions->least == 3);
}

TEST_CASE("a matrix makes a scenario of every combination, the last name changing fastest",
          "[scenario]") {
    const auto all = scenarios(R"(smtpsim: 1
scenario: Refused
matrix:
  who: [c, d]
  code: [550, 553]
faults: [{use: "kb155455/rcpt/{code}"}]
client: {command: ["{who}"]}
)");
    CHECK(names(all) == Lines{"Refused [code=550, who=c]", "Refused [code=553, who=c]",
                              "Refused [code=550, who=d]", "Refused [code=553, who=d]"});
    CHECK(all.at(1).faults == Lines{"kb155455/rcpt/553"});
    CHECK(all.at(3).steps.at(0).client.command == Lines{"d"});
}

TEST_CASE("a matrix comes before the parameter of the same name", "[scenario]") {
    const auto all = scenarios(head + R"(parameters: {who: x}
matrix: {who: [c]}
client: {command: ["{who}"]}
)");
    CHECK(all.at(0).steps.at(0).client.command == Lines{"c"});
}

TEST_CASE("a matrix without values is a problem, not a file without scenarios", "[scenario]") {
    for (const std::string matrix :
         {"[]", "5", "{who: []}", "{who: c}", "{who: {c: d}}", "{WHO: [c]}", "{who: [[c]]}"}) {
        CAPTURE(matrix);
        const Lines problems =
            wrong(head + "matrix: " + matrix + "\nclient: {command: [c, \"{who}\"]}\n");
        REQUIRE(!problems.empty());
        CHECK(problems.front().starts_with("tests/s.yaml:3:"));
    }
}

TEST_CASE("parameters that are no map of values are a problem", "[scenario]") {
    for (const std::string parameters : {"[]", "5", "{who: [c]}", "{who: {c: d}}", "{WHO: c}"}) {
        CAPTURE(parameters);
        const Lines problems =
            wrong(head + "parameters: " + parameters + "\nclient: {command: [c, \"{who}\"]}\n");
        REQUIRE(!problems.empty());
        CHECK(problems.front().starts_with("tests/s.yaml:3:"));
    }
}

TEST_CASE("a matrix has at most 10,000 combinations", "[scenario]") {
    const auto axes = [](int first) {
        std::string out = "matrix:\n  a: [0";
        for (int i = 1; i < first; ++i) out += ", " + std::to_string(i);
        out += "]\n  b: [0";
        for (int i = 1; i < 73; ++i) out += ", " + std::to_string(i);
        return head + out + "]\nclient: {command: [\"{a}\", \"{b}\"]}\n";
    };
    CHECK(wrong(axes(137)) == Lines{"tests/s.yaml:5:3: more than 10000 combinations"}); // 10,001
}

TEST_CASE("a parameter may not hide a placeholder, and has to be used", "[scenario]") {
    CHECK(wrong(head + "parameters: {port: 25}\nclient: {command: [\"{port}\"]}\n") ==
          Lines{"tests/s.yaml:3:14: \"{port}\" is a placeholder already"});
    CHECK(wrong(head + "matrix: {host: [a]}\nclient: {command: [\"{host}\"]}\n") ==
          Lines{"tests/s.yaml:3:10: \"{host}\" is a placeholder already"});
    CHECK(wrong(head + "parameters: {spare: 1}\nclient: {command: [c]}\n") ==
          Lines{"tests/s.yaml:3:14: \"{spare}\" is used nowhere"});
    CHECK(wrong(head + "matrix: {spare: [1]}\nclient: {command: [c]}\n") ==
          Lines{"tests/s.yaml:3:10: \"{spare}\" is used nowhere"});
}

TEST_CASE("further servers have names, which are placeholders", "[scenario]") {
    const Scenario scenario = only(head + R"(servers:
  backup: {profile: post-office-1996, faults: [{use: kb155455/rcpt/550}]}
client: {command: [c, "{port}", "{backup.port}", "{backup.tls-port}"]}
)");
    const Step& step = scenario.steps.at(0);
    REQUIRE(step.servers.size() == 2);
    CHECK(step.servers.at(1).name == "backup");
    CHECK(step.servers.at(1).profile.name == "post-office-1996");
    CHECK(scenario.faults == Lines{"kb155455/rcpt/550"});
    CHECK(wrong(head + "servers: {backup: {}}\nclient: {command: [\"{bakup.port}\"]}\n") ==
          Lines{"tests/s.yaml:4:20: no placeholder \"{bakup.port}\"; did you mean backup.port"});
    CHECK(wrong(top + "servers: {Backup: {}}\n").size() == 1);
}

TEST_CASE("faults are used from the catalogue and written in place", "[scenario]") {
    const Scenario scenario = only(
        top + "faults: [{use: kb155455/rcpt/550}, {at: data, do: [{reply: \"451 later\"}]}]\n");
    const auto& faults = scenario.steps.at(0).servers.at(0).profile.faults;
    REQUIRE(faults.size() == 2);
    CHECK(faults.at(0).entry == "kb155455/rcpt/550");
    CHECK(faults.at(1).entry.empty());
    CHECK(scenario.faults == Lines{"kb155455/rcpt/550"});
    const Lines problems = wrong(top + "faults: [{use: kb155455/rcpt/5500}]\n");
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().starts_with("tests/s.yaml:4:16: "));
    CAPTURE(problems);
    CHECK(problems.front().find("no catalogued failure called") != std::string::npos);
}

TEST_CASE("a profile's file lies beside the scenario's", "[scenario]") {
    const Scenario scenario =
        only(top + "profile: ./own.yaml\n", {{"tests/own.yaml", own_profile}});
    CHECK(scenario.steps.at(0).servers.at(0).profile.server.hostname == "own.test");
    const Scenario other = only(top + "profile: ../own.yaml\nserver: {hostname: changed.test}\n",
                                {{"own.yaml", own_profile}});
    CHECK(other.steps.at(0).servers.at(0).profile.server.hostname == "changed.test");
}

TEST_CASE("a profile that is not there is reported with the place of its key", "[scenario]") {
    const Lines problems = wrong(top + "profile: esmpt\n");
    REQUIRE(problems.size() == 1);
    CAPTURE(problems);
    CHECK(problems.front().starts_with("tests/s.yaml:4:10: "));
    CHECK(problems.front().find("did you mean esmtp") != std::string::npos);
    CHECK(wrong(top + "profile: ./gone.yaml\n").front().starts_with("tests/s.yaml:4:10: "));
    CHECK(wrong(top + "servers: {backup: {profile: esmpt}}\n")
              .front()
              .starts_with("tests/s.yaml:4:29: "));
}

TEST_CASE("what is wrong in a profile's file has its place there", "[scenario]") {
    CHECK(wrong(top + "profile: ./own.yaml\n",
                {{"tests/own.yaml", "smtpsim: 1\nprofile: own\nservr: {}\n"}})
              .front()
              .starts_with("tests/own.yaml:3:1: "));
}

TEST_CASE("a client is a file beside the scenario's, or a person", "[scenario]") {
    const Scenario scenario =
        only(head + "client: ../clients/c.yaml\n",
             {{"clients/c.yaml", "smtpsim: 1\nclient: mine\ncommand: [c]\n"}});
    CHECK(scenario.steps.at(0).client.name == "mine");
    CHECK(scenario.steps.at(0).client.folder ==
          (std::filesystem::current_path() / "clients").string());
    CHECK(only(head + "client: manual\n").steps.at(0).client.manual);
    CHECK(wrong(head + "client: gone.yaml\n") ==
          Lines{"tests/s.yaml:3:9: tests/gone.yaml: no such file"});
    CHECK(wrong(head + "client: c.yaml\n", {{"tests/c.yaml", "smtpsim: 1\nclient: c\n"}}) ==
          Lines{"tests/c.yaml:1:1: the key \"command\" is missing: a list of words"});
}

TEST_CASE("a scenario without a client is reported with its place", "[scenario]") {
    CHECK(wrong(head) ==
          Lines{"tests/s.yaml:1:1: no client: write its command, its file, or manual"});
    CHECK(wrong(head + "steps:\n  - name: one\n  - name: two\n    client: manual\n") ==
          Lines{"tests/s.yaml:4:5: no client: write its command, its file, or manual"});
}

TEST_CASE("a message that is not there is reported with its place", "[scenario]") {
    CHECK(wrong(top + "mail: {message: gone.eml}\n") ==
          Lines{"tests/s.yaml:4:17: tests/gone.eml: no such file"});
}

TEST_CASE("a log that is expected to agree has to be written", "[scenario]") {
    CHECK(wrong(top + "expect: {client-log: {agrees: true}}\n") ==
          Lines{"tests/s.yaml:3:9: client-log is expected, and the client has no log"});
}

TEST_CASE("what is wrong with a scenario is reported with its place, all at once", "[scenario]") {
    CHECK(wrong("smtpsim: 1\nclient: manual\n") ==
          Lines{"tests/s.yaml:1:1: the key \"scenario\" is missing: a line of text"});
    CHECK(wrong(top + "clinets: 2\ntls: maybe\nexpect: {outcome: faild}\n").size() == 3);
    CHECK(wrong(top + "clinets: 2\n") ==
          Lines{"tests/s.yaml:4:1: unknown key \"clinets\"; did you mean clients"});
    CHECK(wrong(top + "steps: [{profile: esmtp}]\n").front().starts_with("tests/s.yaml:4:9: "));
    CHECK(wrong(top + "steps: []\n").size() == 1);
    CHECK(wrong(top + "expect: {sessions: 0, stored: 1}\n")
              .front()
              .starts_with("tests/s.yaml:4:31: "));
    CHECK(!wrong("").empty());
    CHECK(!wrong("- x\n").empty());
    CHECK(profiles::test::lines(load_scenarios("gone.yaml", profiles::test::reader({})).error()) ==
          Lines{"gone.yaml: no such file"});
}

TEST_CASE("a mistake under a matrix is reported once", "[scenario]") {
    CHECK(
        wrong(head + "matrix: {a: [1, 2, 3]}\nclient: {command: [\"{a}\"]}\nclinets: 1\n").size() ==
        1);
}

TEST_CASE("every scenario among the examples is right", "[scenario]") {
    const auto files = yaml_files("examples/scenarios");
    CHECK(files.size() >= 5);
    for (const std::string& file : files) {
        CAPTURE(file);
        const auto all = load_scenarios(file, read_source);
        if (!all)
            for (const Problem& problem : all.error()) UNSCOPED_INFO(problem.text());
        REQUIRE(all.has_value());
        CHECK(!all->empty());
    }
    CHECK(load_scenarios("examples/scenarios/refused-recipients.yaml", read_source)->size() == 9);
}

TEST_CASE("a range without its dots is reported and ignored", "[scenario]") {
    const Lines problems =
        wrong(top + "expect: {sessions: \"\", retries: {count: {}, spacing: x}}\n");
    CHECK(problems.size() == 3);
}

TEST_CASE("calls and lines of a modem need one", "[scenario]") {
    const std::string needs = "needs a modem, and the client's words have no {modem}";
    CHECK(wrong(top + "expect: {calls: 1, transcript: [\"S: 220*\", \"T: ATD*\"]}\n") ==
          Lines{"tests/s.yaml:4:17: a call " + needs, "tests/s.yaml:4:44: this line " + needs});
    CHECK(wrong(top + "expect: {calls: 0, stored: 0}\n").empty());
    CHECK(wrong(top + "faults:\n  - {use: kb155455/rcpt/550}\n  - {use: dialup/busy}\n")
              .at(0)
              .starts_with("tests/s.yaml:6:5: dialup/busy: "));
}

TEST_CASE("what cannot be read of a client by hand is not expected", "[scenario]") {
    CHECK(wrong(head + "client: manual\nexpect: {outcome: failed, output: {never: x}, within: 1s, "
                       "stored: 0}\n") ==
          Lines{"tests/s.yaml:4:10: \"outcome\" is not known of a client that is run by hand",
                "tests/s.yaml:4:27: \"output\" is not known of a client that is run by hand",
                "tests/s.yaml:4:47: \"within\" is not known of a client that is run by hand"});
    CHECK(wrong(head + "client: manual\nexpect: {client-log: {agrees: true}}\n").size() == 1);
}

TEST_CASE("what a server is to see names one of the further servers", "[scenario]") {
    CHECK(wrong(top + "servers: {backup: {}}\nexpect: {servers: {bakup: {stored: 1}}}\n") ==
          Lines{"tests/s.yaml:5:20: no further server is called \"bakup\"; did you mean backup"});
    const Scenario scenario =
        only(top + "servers: {backup: {}}\nexpect: {servers: {backup: {stored: 1}}}\n");
    CHECK(scenario.steps.at(0).expect.servers.at("backup").stored->least == 1);
}

TEST_CASE("steps have names of their own", "[scenario]") {
    CHECK(wrong(top + "steps: [{name: a}, {name: b}, {name: a}]\n") ==
          Lines{"tests/s.yaml:4:38: another step has this name"});
}

TEST_CASE("a scenario that expects nothing is warned about", "[scenario]") {
    const auto warnings = [](const std::string& more) {
        return profiles::test::lines(only(top + more).warnings);
    };
    REQUIRE(warnings("").size() == 1);
    CHECK(warnings("").front().starts_with("tests/s.yaml:2:11: nothing is expected: "));
    CHECK(warnings("expect: {}\n").size() == 1);
    CHECK(warnings("expect: {stored: 0}\n").empty());
    CHECK(warnings("steps: [{name: a}, {name: b, expect: {stored: 0}}]\n").empty());
}

TEST_CASE("paths of an extended scenario go by its own folder", "[scenario]") {
    const Files files{{"base/b.yaml", R"(smtpsim: 1
scenario: Base
profile: ./own.yaml
mail: {message: m.eml}
client: c.yaml
)"},
                      {"base/own.yaml", own_profile},
                      {"base/m.eml", "Subject: x\n\ny\n"},
                      {"base/c.yaml", "smtpsim: 1\nclient: c\ncommand: [c]\n"},
                      {"tests/m.eml", "own\n"}};
    const Scenario scenario = only(head + "extends: ../base/b.yaml\n", files);
    const Step& step = scenario.steps.at(0);
    CHECK(step.servers.at(0).profile.server.hostname == "own.test");
    CHECK(step.message == "Subject: x\n\ny\n");
    CHECK(step.client.folder == (std::filesystem::current_path() / "base").string());
    CHECK(only(head + "extends: ../base/b.yaml\nmail: {message: m.eml}\n", files)
              .steps.at(0)
              .message == "own\n");
}

TEST_CASE("a client that needs a modem has its words, or a report that they are missing",
          "[scenario]") {
    const std::string dials = head + "client: {command: [c, \"{modem}\"]}\n";
    const std::string busy = "faults: [{at: dial, do: [{result: BUSY}]}]\n";
    CHECK(only(dials + busy).steps.front().client.dials);
    CHECK(!only(top).steps.front().client.dials);
    CHECK(wrong(top + busy).at(0).find("needs a modem, and the client's words have no {modem}") !=
          std::string::npos);
    CHECK(wrong(top + "faults: [{at: rcpt, do: [{line: dcd-off}]}]\n").size() == 1);
    CHECK(wrong(top + "faults: [{at: rcpt, do: [{line: {lose: 1/9}}]}]\n").empty());
    CHECK(only(dials + "expect: {calls: 2..3}\n").steps.front().expect.calls->most == 3);
}
