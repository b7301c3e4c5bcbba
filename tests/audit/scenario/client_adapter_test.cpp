#include "audit/scenario/client_adapter.hpp"

#include "tests/audit/scenario/files.hpp"

using namespace smtpsim;
using namespace smtpsim::scenario;
using namespace std::chrono_literals;
using profiles::test::Lines;

namespace {

using Words = std::vector<std::string>;

const std::string head = "smtpsim: 1\nclient: c\ncommand: [c, \"{options}\"]\n";

ClientAdapter adapter_of_text(const std::string& text) {
    auto adapter =
        load_adapter("clients/c.yaml", profiles::test::reader({{"clients/c.yaml", text}}));
    if (!adapter) FAIL(adapter.error().front().text());
    return *std::move(adapter);
}

/// Line 4 is the first after the head.
Lines wrong(const std::string& more, const std::string& before = head) {
    const auto adapter =
        load_adapter("c.yaml", profiles::test::reader({{"c.yaml", before + more}}));
    return adapter ? Lines{} : profiles::test::lines(adapter.error());
}

std::string outcome(const std::string& rules, int code, std::string_view output = "") {
    const ClientAdapter adapter = adapter_of_text(head + "outcome: {" + rules + "}\n");
    return outcome_of(adapter.outcome, code, output).text();
}

} // namespace

TEST_CASE("every key of a client's file is read", "[adapter]") {
    const ClientAdapter adapter = adapter_of_text(R"(smtpsim: 1
client: my-client
summary: A client
packages: [my-client]
version: [my-client, --version]
protocol: lmtp
command: [my-client, "{host}", "{options}"]
plain: [--plain]
starttls: [--starttls, "{ca}"]
implicit: [--tls]
login: [--user, "{user}"]
stdin: "{content}"
environment: {TERM: dumb, MAILRC: "{dir}/rc"}
files: {rc: "host={host}", sub/rc: x}
outcome: {0: delivered, "1-255": [deferred, failed]}
log: "{dir}/log"
timeout: 12s
patience: 3s
x-own: ignored
)");
    CHECK(adapter.name == "my-client");
    CHECK(adapter.summary == "A client");
    CHECK(adapter.folder == (std::filesystem::current_path() / "clients").string());
    CHECK(adapter.version == Words{"my-client", "--version"});
    CHECK(adapter.command == Words{"my-client", "{host}", "{options}"});
    CHECK(adapter.plain == Words{"--plain"});
    CHECK(adapter.starttls == Words{"--starttls", "{ca}"});
    CHECK(adapter.implicit == Words{"--tls"});
    CHECK(adapter.login == Words{"--user", "{user}"});
    CHECK(adapter.can_starttls);
    CHECK(adapter.can_implicit);
    CHECK(adapter.can_login);
    CHECK(!adapter.manual);
    CHECK(adapter.lmtp);
    CHECK(adapter.input == "{content}");
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(adapter.environment == Pairs{{"TERM", "dumb"}, {"MAILRC", "{dir}/rc"}});
    CHECK(adapter.files == Pairs{{"rc", "host={host}"}, {"sub/rc", "x"}});
    REQUIRE(adapter.outcome.size() == 2);
    CHECK(adapter.outcome.at(1).least == 1);
    CHECK(adapter.outcome.at(1).most == 255);
    CHECK(adapter.log == "{dir}/log");
    CHECK(adapter.timeout == 12s);
    CHECK(adapter.patience == std::optional<Duration>(3s));
}

TEST_CASE("a client's file without more than a command takes the usual", "[adapter]") {
    const ClientAdapter adapter = adapter_of_text(head);
    CHECK(adapter.timeout == 30s);
    CHECK(!adapter.patience.has_value());
    CHECK(adapter.input.empty());
    CHECK(adapter.outcome.empty());
    CHECK(!adapter.can_starttls);
    CHECK(!adapter.can_implicit);
    CHECK(!adapter.can_login);
    CHECK(!adapter.lmtp);
}

TEST_CASE("without rules an exit code means what sysexits say", "[adapter]") {
    CHECK(outcome_of({}, 0, "").text() == "delivered");
    CHECK(outcome_of({}, 75, "").text() == "deferred");
    for (const int code : {1, 64, 69, 74, 76, 255})
        CHECK(outcome_of({}, code, "").text() == "failed");
}

TEST_CASE("exit codes are matched one by one or by ranges, both ends included", "[adapter]") {
    const std::string rules = "0: delivered, 65-68: failed, 75: deferred";
    CHECK(outcome(rules, 0) == "delivered");
    CHECK(outcome(rules, 64).empty());
    CHECK(outcome(rules, 65) == "failed");
    CHECK(outcome(rules, 68) == "failed");
    CHECK(outcome(rules, 69).empty());
    CHECK(outcome(rules, 75) == "deferred");
}

TEST_CASE("the first rule that matches counts, patterns look at the output", "[adapter]") {
    const std::string rules =
        R"("0": delivered, "/reply: 4[0-9][0-9]/": deferred, "/reply:/": failed, "1-255": [deferred, failed])";
    CHECK(outcome(rules, 0, "reply: 451") == "delivered");
    CHECK(outcome(rules, 1, "x\nreply: 451\ny") == "deferred");
    CHECK(outcome(rules, 1, "reply: 550") == "failed");
    CHECK(outcome(rules, 1, "nothing") == "deferred or failed");
    CHECK(outcome(R"("/queued/": deferred, "0": delivered)", 0, "queued") == "deferred");
    CHECK(outcome(R"("0": delivered)", 1) == ""); // there are rules, none matches
}

TEST_CASE("{options} becomes the words of the mode, and the login's", "[adapter]") {
    ClientAdapter adapter;
    adapter.command = {"c", "{options}", "--", "{options}x", "end"};
    adapter.plain = {"p"};
    adapter.starttls = {"s", "t"};
    adapter.implicit = {"i"};
    adapter.login = {"l"};
    CHECK(words_of(adapter, Secure::plain, false) == Words{"c", "p", "--", "{options}x", "end"});
    CHECK(words_of(adapter, Secure::starttls, false) ==
          Words{"c", "s", "t", "--", "{options}x", "end"});
    CHECK(words_of(adapter, Secure::implicit, true) ==
          Words{"c", "i", "l", "--", "{options}x", "end"});
    CHECK(words_of(adapter, Secure::plain, true) ==
          Words{"c", "p", "l", "--", "{options}x", "end"});
}

TEST_CASE("a command of the command line reads the message", "[adapter]") {
    const ClientAdapter adapter = scenario::adapter_of({"/usr/sbin/sendmail", "-t"});
    CHECK(adapter.name == "sendmail");
    CHECK(adapter.command == Words{"/usr/sbin/sendmail", "-t"});
    CHECK(adapter.input == "{content}");
}

TEST_CASE("what is wrong with a client's file is reported with its place", "[adapter]") {
    CHECK(
        wrong("", "smtpsim: 1\n") ==
        Lines{"c.yaml:1:1: the key \"client\" is missing: a name of lower-case letters, digits and "
              "hyphens",
              "c.yaml:1:1: the key \"command\" is missing: a list of words"});
    CHECK(wrong("timeuot: 3s\n") ==
          Lines{"c.yaml:4:1: unknown key \"timeuot\"; did you mean timeout"});
    CHECK(wrong("timeout: 3\n").at(0).starts_with("c.yaml:4:10: expected "));
    CHECK(wrong("outcome: {0: delivred}\n").at(0).starts_with("c.yaml:4:14: "));
    CHECK(wrong("outcome: {0: delivred}\n").at(0).ends_with("did you mean delivered"));
    CHECK(wrong("command: []\n", "smtpsim: 1\nclient: c\n").at(0).starts_with("c.yaml:3:10: "));
    CHECK(wrong("", "smtpsim: 1\nclient: My Client\ncommand: [c]\n")
              .at(0)
              .starts_with("c.yaml:2:9: expected a name of lower-case letters"));
    CHECK(wrong("files: {../x: y}\n").at(0).starts_with("c.yaml:4:9: "));
    CHECK(wrong("files: {a/../../x: y}\n").at(0).starts_with("c.yaml:4:9: "));
}

TEST_CASE("every bad outcome rule is reported with its place", "[adapter]") {
    for (const std::string key :
         {"256", "78-65", "1-256", "x", "-1", "1-", "\"/(/\"", "\"//\"", "\"/a\"", "1000"}) {
        CAPTURE(key);
        const Lines problems = wrong("outcome: {" + key + ": failed}\n");
        REQUIRE(problems.size() == 1);
        CHECK(problems.at(0).starts_with("c.yaml:4:11: "));
    }
}

TEST_CASE("all problems of a client's file are reported at once", "[adapter]") {
    CHECK(wrong("timeout: x\npatience: y\nlogg: z\n").size() == 3);
}

TEST_CASE("an unknown placeholder in a client's file is reported with its place", "[adapter]") {
    CHECK(wrong("stdin: \"{contnt}\"\n") ==
          Lines{"c.yaml:4:8: no placeholder \"{contnt}\"; did you mean content"});
    CHECK(wrong("files: {rc: \"{prot}\"}\n") ==
          Lines{"c.yaml:4:13: no placeholder \"{prot}\"; did you mean port"});
    CHECK(wrong("starttls: [a, \"--ca={caa}\"]\n") ==
          Lines{"c.yaml:4:15: no placeholder \"{caa}\"; did you mean ca"});
    CHECK(wrong("plain: [\"--{options}\"]\n").size() == 1); // only as a word of its own
}

TEST_CASE("options need {options} to go to", "[adapter]") {
    const std::string bare = "smtpsim: 1\nclient: c\ncommand: [c]\n";
    for (const std::string key : {"plain", "starttls", "implicit", "login"}) {
        CAPTURE(key);
        CHECK(wrong(key + ": [-x]\n", bare) ==
              Lines{"c.yaml:4:" + std::to_string(key.size() + 3) +
                    ": the command has no {options} to be \"" + key + "\"'s words"});
        CHECK(wrong(key + ": []\n", bare).empty()); // a script goes by its environment
    }
}

TEST_CASE("a client's file that is not there or is no YAML is a problem", "[adapter]") {
    const auto missing = load_adapter("c.yaml", profiles::test::reader({}));
    REQUIRE(missing.has_error());
    CHECK(profiles::test::lines(missing.error()) == Lines{"c.yaml: no such file"});
    CHECK(!wrong("", "").empty());
    CHECK(!wrong("", "- 1\n").empty());
    CHECK(!wrong("", "{").empty());
}

TEST_CASE("every client's file among the examples is right", "[adapter]") {
    const auto files = yaml_files("examples/clients");
    CHECK(files.size() > 10);
    for (const std::string& file : files) {
        CAPTURE(file);
        const auto adapter = load_adapter(file, read_source);
        if (!adapter)
            for (const Problem& problem : adapter.error()) UNSCOPED_INFO(problem.text());
        REQUIRE(adapter.has_value());
        CHECK(adapter->name == std::filesystem::path(file).stem());
        CHECK(!adapter->summary.empty());
        CHECK(!adapter->version.empty());
        for (int code = 1; code <= 255; ++code)
            if (outcome_of(adapter->outcome, code, "").empty()) FAIL_CHECK("no meaning: " << code);
    }
}
