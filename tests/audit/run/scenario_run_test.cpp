#include "audit/run/scenario_run.hpp"

#include "audit/run/client_run.hpp"
#include "audit/run/temp_dir.hpp"
#include "core/thread.hpp"
#include "profiles/build/catalogue.hpp"
#include "tests/audit/run/bash_client.hpp"
#include "tests/audit/scenario/files.hpp"
#include "tests/sim/net/socket.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

using namespace smtpsim;
using namespace smtpsim::run;
using namespace std::chrono_literals;
using profiles::test::Files;
using profiles::test::Lines;
using scenario::Case;
using scenario::Scenario;
using scenario::Status;

namespace {

const std::string head = "smtpsim: 1\nscenario: It holds\n";

/// bash.yaml is the client of bash_client.hpp.
std::vector<Scenario> scenarios(const std::string& text, Files files = {}) {
    files["s.yaml"] = text;
    std::string script;
    for (const char c : bash_script) script += c == '\n' ? "\n    " : std::string(1, c);
    files["bash.yaml"] = "smtpsim: 1\nclient: bash\ncommand:\n  - bash\n  - -c\n  - |\n    " +
                         script + "\ntimeout: 20s\n";
    auto out = scenario::load_scenarios("s.yaml", profiles::test::reader(std::move(files)));
    if (!out) FAIL(out.error().front().text());
    return *std::move(out);
}

Case performed(const std::string& text, const Files& files = {}) {
    ScenarioRun all;
    all.scenarios = scenarios(text, files);
    all.seed = 7;
    auto report = run_scenarios(all);
    REQUIRE(report.cases.size() == 1);
    return std::move(report.cases.front());
}

/// "expected / observed", and why it is an error.
Lines complaints(const Case& about) {
    Lines out;
    if (!about.why.empty()) out.push_back(about.why);
    for (const scenario::Complaint& each : about.complaints)
        out.push_back(each.expected + " / " + each.observed);
    return out;
}

std::string client(const std::string& script, const std::string& more = "") {
    return "client: {command: [/bin/sh, -c, '" + script + "']" + more + "}\n";
}

TempDir folder() {
    auto out = TempDir::make();
    if (!out) FAIL(out.error().what);
    return *std::move(out);
}

} // namespace

TEST_CASE("who says delivered and sends nothing fails", "[scenarios]") {
    const Case about = performed(head + "client: {command: [\"true\"]}\n"
                                        "expect: {outcome: delivered, stored: 1, sessions: 1}\n");
    CHECK(about.status == Status::failed);
    CHECK(complaints(about) == Lines{"1 session / 0", "1 kept message / 0"});
    CHECK(about.outcome == "delivered");
    CHECK(about.ending == "exit code 0");
    CHECK(about.command == "true");
}

TEST_CASE("exit codes are outcomes", "[scenarios]") {
    CHECK(
        performed(head + "client: {command: [\"false\"]}\nexpect: {outcome: failed, sessions: 0}\n")
            .status == Status::passed);
    CHECK(performed(head + client("exit 75") + "expect: {outcome: deferred}\n").status ==
          Status::passed);
    CHECK(complaints(performed(head + client("exit 75") + "expect: {outcome: failed}\n")) ==
          Lines{"outcome failed / deferred (exit code 75)"});
}

TEST_CASE("a mail that a healthy server gets holds all that is expected", "[scenarios]") {
    const Case about = performed(head + R"-(client: bash.yaml
mail: {sender: a@a.test, recipient: b@b.test, message: mail.eml}
expect:
  outcome: delivered
  sessions: 1
  stored: 1
  findings: none
  transcript: ["S: 220*", "C: MAIL FROM:<a@a.test>", "C: RCPT TO:<b@b.test>", "C: (22 octets)", "C: QUIT"]
  must: [sends-quit, waits-for-reply]
  must-not: [reconnects]
  retries: {count: 0}
)-",
                                 {{"mail.eml", "Subject: x\n\n.y\n"}});
    CHECK(complaints(about).empty());
    CHECK(about.status == Status::passed);
    CHECK(about.stored == 1);
    CHECK(about.sessions == 1);
    CHECK(about.client == "bash");
    CHECK(about.suite == "s.yaml");
    CHECK(about.place.line == 2);
    CHECK(about.reproduce == "smtpsim run s.yaml --only 'It holds' --seed 7");
}

TEST_CASE("a fault meets the client", "[scenarios]") {
    const Case about = performed(head + R"(client: bash.yaml
faults: [{use: kb155455/rcpt/550}]
expect: {outcome: failed, stored: 0, must-not: [sends-content], output: {contains: "550"}}
)");
    CHECK(complaints(about).empty());
    CHECK(about.fault == "kb155455/rcpt/550");
    CHECK(about.output.starts_with("refused: 550"));
}

TEST_CASE("a fault that never fires fails, unless that is expected", "[scenarios]") {
    const std::string silent = head + "faults: [{use: kb155455/rcpt/550}]\n" + client("exit 1");
    CHECK(complaints(performed(silent + "expect: {outcome: failed, stored: 0}\n")) ==
          Lines{"that the fault kb155455/rcpt/550 fires / it never fired"});
    CHECK(complaints(performed(silent + "expect: {fires: 0}\n")).empty());
    CHECK(complaints(performed(silent + "expect: {fires: 0..}\n")).empty());
    CHECK(complaints(performed(silent + "expect: {fires: 2..3}\n")) ==
          Lines{"that the fault kb155455/rcpt/550 fires 2..3 times / it fired 0 times"});
    // What a profile has of its own need not fire.
    CHECK(complaints(performed(head + "profile: by-address\n" + client("exit 1"))).empty());
    CHECK(complaints(performed(head + R"-(client: bash.yaml
faults:
  - {name: first, at: quit, do: [{reply: 221 2.0.0 So long}]}
  - {name: second, at: vrfy, do: [{reply: 550 5.1.1 No}]}
)-")) == Lines{"that the fault second fires / it never fired"});
}

TEST_CASE("of the faults that one entry consists of any may fire", "[scenarios]") {
    const auto several = [](const profiles::CatalogueEntry& entry) {
        return profiles::entry_faults(entry).size() > 1;
    };
    const auto entry = std::ranges::find_if(profiles::catalogue(), several);
    REQUIRE(entry != profiles::catalogue().end());
    const Case about =
        performed(head + "faults: [{use: " + entry->id +
                  "}, {at: quit, do: [{reply: 221 2.0.0 So long}]}]\n" + client("exit 1"));
    CHECK(about.complaints.size() == 2);
}

TEST_CASE("a fault of another server has to fire there", "[scenarios]") {
    CHECK(complaints(performed(head + R"(servers: {b: {faults: [{use: kb155455/rcpt/550}]}}
steps: [{name: one, client: bash.yaml, expect: {outcome: delivered}}]
)")) == Lines{"one: that the fault kb155455/rcpt/550 fires / it never fired"});
}

TEST_CASE("each server has what it sees", "[scenarios]") {
    const auto seen = [](const std::string& what) {
        return complaints(performed(head + "servers: {b: {}}\nclient: bash.yaml\n" +
                                    "expect: {sessions: 1, servers: {b: {" + what + "}}}\n"));
    };
    CHECK(seen("sessions: 0, stored: 0").empty());
    CHECK(seen("stored: 1, transcript: [\"C: QUIT\"]") ==
          Lines{"b: 1 kept message / 0", "b: a line C: QUIT / there is none"});
}

TEST_CASE("steps go one after another, on the same ports", "[scenarios]") {
    const Case about =
        performed(head + R"(client: {command: [sh, -c, 'echo "{port}" >> ports; exit 0']}
steps:
  - {name: first, expect: {outcome: delivered}}
  - {name: second, expect: {outcome: delivered}}
  - {name: third, client: {command: [sh, -c, "cat ports"]}}
)");
    CHECK(about.status == Status::passed);
    std::istringstream ports{about.output};
    std::string first, second;
    REQUIRE(ports >> first >> second);
    CHECK(first == second);
    Lines notes;
    for (const scenario::Happened& each : about.happened) notes.push_back(each.octets);
    CHECK(notes == Lines{"step: first", "step: second", "step: third"});
}

TEST_CASE("each step has its own server and its own count", "[scenarios]") {
    const Case about = performed(head + R"(client: bash.yaml
steps:
  - {name: refused, faults: [{use: kb155455/rcpt/451}], expect: {outcome: deferred, stored: 0}}
  - {name: taken, expect: {outcome: delivered, stored: 1, sessions: 1}}
)");
    CHECK(complaints(about).empty());
    CHECK(about.stored == 1);
    CHECK(about.sessions == 2);
}

TEST_CASE("after a step that fails nothing is begun", "[scenarios]") {
    const Case about = performed(head + R"(client: {command: [sh, -c, "echo ran"]}
steps:
  - {name: first}
  - {name: second, expect: {outcome: failed}}
  - {name: third}
)");
    CHECK(about.status == Status::failed);
    CHECK(complaints(about) == Lines{"second: outcome failed / delivered (exit code 0)"});
    CHECK(about.output == "ran\nran\n");
}

TEST_CASE("several servers are there at once, and what they see is reported together",
          "[scenarios]") {
    const TempDir own = folder();
    REQUIRE(own.write("client", bash_script).has_value());
    const Case about = performed(head + R"(servers: {backup: {profile: esmtp}}
faults: [{use: rfc5321/connect/421}]
parameters: {script: ")" + own.path("client") +
                                 R"("}
client: {command: [sh, -c, "bash '{script}' || PORT={backup.port} bash '{script}'"]}
expect: {outcome: delivered, sessions: 2, stored: 1, must: [reconnects, waits-for-reply]}
)");
    CHECK(complaints(about).empty());
    CHECK(about.sessions == 2);
    std::set<std::uint64_t> sessions;
    for (const scenario::Happened& each : about.happened) sessions.insert(each.session);
    CHECK(sessions == std::set<std::uint64_t>{1, 2});
}

TEST_CASE("a client that did not wait at one of two servers did not wait", "[scenarios]") {
    // cat writes the batch at once, before any reply to its first line.
    const Case about = performed(head + R"-(servers: {backup: {profile: esmtp}}
client:
  command:
    - bash
    - -c
    - |
      exec 3<>/dev/tcp/127.0.0.1/{port}
      read -r greeting <&3; printf 'QUIT\r\n' >&3; cat <&3
      exec 4<>/dev/tcp/127.0.0.1/{backup.port}
      cat batch >&4; cat <&4
  files: {batch: "HELO a\r\nMAIL FROM:<a@a.test>\r\nQUIT\r\n"}
expect: {must-not: [waits-for-reply]}
)-");
    CAPTURE(about.output);
    CHECK(complaints(about).empty());
}

TEST_CASE("several clients run at once, each with its number", "[scenarios]") {
    const Case about = performed(head + R"(client: bash.yaml
clients: 3
expect: {outcome: delivered, sessions: 3, stored: 3}
)");
    CHECK(complaints(about).empty());
    const Case numbers = performed(head + "clients: 3\n" + client("echo n{number}"));
    for (const std::string number : {"n1\n", "n2\n", "n3\n"})
        CHECK(numbers.output.find(number) != std::string::npos);
}

TEST_CASE("several clients have a folder each, and files of their own in it", "[scenarios]") {
    const Case about = performed(
        head + "clients: 4\nteardown: [[test, -f, client-3/own]]\n" +
        client("cp conf own; cat own; wc -c < {message}; pwd", ", files: {conf: \"n{number} \"}"));
    CHECK(about.status == Status::passed);
    for (const std::string number : {"1", "2", "3", "4"}) {
        CHECK(about.output.find('n' + number + ' ' +
                                std::to_string(scenario::usual_mail().content.size()) + '\n') !=
              std::string::npos);
        CHECK(about.output.find("/client-" + number + '\n') != std::string::npos);
    }
}

TEST_CASE("one of several clients that says something else fails", "[scenarios]") {
    CHECK(complaints(performed(head + "clients: 3\nexpect: {outcome: delivered}\n" +
                               client("test {number} != 2"))) ==
          Lines{"outcome delivered / failed (exit code 1)"});
}

TEST_CASE("setup comes before, teardown after, in the same folder", "[scenarios]") {
    const Case about = performed(head + R"(setup: [[sh, -c, "echo x > '{dir}/made'"]]
teardown: [[rm, made]]
client: {command: [cat, made]}
expect: {output: {contains: x}}
)");
    CHECK(complaints(about).empty());
    CHECK(about.status == Status::passed);
}

TEST_CASE("a setup that fails breaks the scenario, its teardown is run all the same",
          "[scenarios]") {
    const TempDir own = folder();
    const Case about =
        performed(head + "setup: [[sh, -c, \"echo no; exit 3\"], [touch, second]]\n" +
                  "teardown: [[touch, \"" + own.path("down") + "\"]]\n" +
                  "client: {command: [touch, \"" + own.path("ran") + "\"]}\n");
    CHECK(about.status == Status::error);
    CHECK(about.why == "sh -c 'echo no; exit 3': exit code 3");
    CHECK(about.output == "no\n");
    CHECK(std::filesystem::exists(own.path("down")));
    CHECK_FALSE(std::filesystem::exists(own.path("ran")));
}

TEST_CASE("teardown is run where the client failed, and makes an error of what fails itself",
          "[scenarios]") {
    const TempDir own = folder();
    const std::string short_of =
        head + "client: {command: [\"false\"]}\nexpect: {outcome: delivered}\n";
    CHECK(performed(short_of + "teardown: [[touch, \"" + own.path("down") + "\"]]\n").status ==
          Status::failed);
    CHECK(std::filesystem::exists(own.path("down")));
    const Case about = performed(short_of + "teardown: [[\"false\"]]\n");
    CHECK(about.status == Status::error);
    CHECK(about.why == "false: exit code 1");
}

TEST_CASE("a client that cannot be started breaks the scenario", "[scenarios]") {
    const Case about = performed(head + "client: {command: [smtpsim-no-such-program]}\n");
    CHECK(about.status == Status::error);
    CHECK(about.why == "smtpsim-no-such-program: cannot start: No such file or directory");
}

TEST_CASE("an ending that the client's rules do not know breaks the scenario", "[scenarios]") {
    const std::string rules = ", outcome: {0: delivered}";
    const Case about =
        performed(head + client("echo said; exit 3", rules) + "expect: {outcome: failed}\n");
    CHECK(about.status == Status::error);
    CHECK(about.why == "the client has no outcome for exit code 3");
    CHECK(about.output == "said\n");
    // No client asks.
    CHECK(performed(head + client("exit 3", rules)).status == Status::passed);
}

TEST_CASE("a client that hangs fails, and nothing of it is left", "[scenarios]") {
    CHECK(complaints(performed(head + client("sleep 1000", ", timeout: 100ms"))) ==
          Lines{"that the client ends by itself / stopped after 100ms"});
}

TEST_CASE("a client by hand is given the server's address and waited for", "[scenarios]") {
    ScenarioRun all;
    all.scenarios = scenarios(head + "client: manual\nexpect: {sessions: 1, must: [sends-quit]}\n");
    std::string reported;
    Thread person;
    all.report = [&](const std::string& line) {
        reported = line;
        const auto port =
            static_cast<std::uint16_t>(std::atoi(line.c_str() + line.find("0.1:") + 4));
        person = Thread{[port] {
            auto client = net::ClientSocket::tcp(port);
            client.send("QUIT\r\n");
            client.read(1 << 16);
        }};
    };
    const Case about = run_scenarios(all).cases.at(0);
    CHECK(reported.starts_with("It holds: connect to 127.0.0.1:"));
    CHECK(complaints(about).empty());
    CHECK(about.status == Status::passed);
}

TEST_CASE("a scenario can be repeated, each time with another seed", "[scenarios]") {
    ScenarioRun all;
    all.scenarios = scenarios(head + "client: {command: [\"true\"]}\nseed: 40\n");
    all.repeat = 3;
    all.pace.jobs = 2;
    const auto report = run_scenarios(all);
    REQUIRE(report.cases.size() == 3);
    CHECK(report.cases.at(0).name == "It holds (1 of 3)");
    CHECK(report.cases.at(2).name == "It holds (3 of 3)");
    CHECK(report.cases.at(0).seed == 40);
    CHECK(report.cases.at(2).seed == 42);
    CHECK(report.clients.size() == 1);
    CHECK(report.tool == "smtpsim run");
}

TEST_CASE("shards share the scenarios, each has its own", "[scenarios]") {
    ScenarioRun all;
    all.scenarios =
        scenarios(head + "matrix: {n: [a, b, c, d, e]}\nclient: {command: [\"true\", \"{n}\"]}\n");
    std::vector<std::string> names;
    for (const std::size_t number : {1UL, 2UL}) {
        all.shard = {number, 2};
        for (const Case& each : run_scenarios(all).cases) names.push_back(each.name);
    }
    CHECK(names == Lines{"It holds [n=a]", "It holds [n=c]", "It holds [n=e]", "It holds [n=b]",
                         "It holds [n=d]"});
}

TEST_CASE("an interrupt ends the client and still runs the teardown", "[scenarios]") {
    const TempDir own = folder();
    std::atomic<bool> interrupt = false;
    ScenarioRun all;
    all.scenarios =
        scenarios(head + "client: {command: [sh, -c, \"touch '" + own.path("ran") +
                  "'; exec sleep 1000\"]}\n" + "teardown: [[sh, -c, \"sleep 0.1; touch '" +
                  own.path("down") + "'\"]]\n");
    all.pace.interrupt = &interrupt;
    Thread later{[&] {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (!std::filesystem::exists(own.path("ran")) &&
               std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(2ms);
        interrupt = true;
    }};
    const Case about = run_scenarios(all).cases.at(0);
    CHECK(std::filesystem::exists(own.path("down")));
    CHECK(about.status == Status::skipped);
    CHECK(about.why == "interrupted");
}
