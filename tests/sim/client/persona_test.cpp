#include "sim/client/persona.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::client;
using namespace std::chrono_literals;

namespace {

Loaded<Persona> loaded(const std::string& text) {
    return load_persona("mine.yaml", [&](const std::string&) -> Result<std::string> {
        return {boost::system::in_place_value, "smtpsim: 1\npersona: mine\nsummary: Mine\n" + text};
    });
}

std::string problem_of(const std::string& text) {
    const auto persona = loaded(text);
    REQUIRE(persona.has_error());
    return persona.error().front().text();
}

Result<std::string> read_nothing(const std::string& path) {
    return Failure{path + ": cannot read: No such file or directory"};
}

} // namespace

TEST_CASE("a persona that says nothing behaves as RFC 5321 has it", "[persona]") {
    const auto persona = loaded("");
    REQUIRE(persona.has_value());
    CHECK(persona->name == "mine");
    CHECK(persona->log == "imn-1.0");
    CHECK(persona->ehlo);
    CHECK(persona->fallback == Fallback::refused);
    CHECK(persona->partial);
    CHECK_FALSE(persona->rset);
    CHECK_FALSE(persona->pipelining);
    CHECK(persona->reply_timeout == 5min);
    CHECK(persona->message_timeout == 10min);
    CHECK(persona->retries == 0);
    CHECK(persona->mistakes == 0);
}

TEST_CASE("every key of a persona is taken", "[persona]") {
    const auto persona = loaded(
        "log: oe-6\nhello: helo\nfallback: never\nrset: yes\nuses: [PIPELINING, SIZE, 8BITMIME]\n"
        "partial: no\ntimeouts: {connect: 1s, reply: 2s, message: 3s}\n"
        "retry: {times: 2, after: 30min}\nmistakes: [no-quit, bare-lf]\n");
    REQUIRE(persona.has_value());
    CHECK(persona->log == "oe-6");
    CHECK_FALSE(persona->ehlo);
    CHECK(persona->fallback == Fallback::never);
    CHECK(persona->rset);
    CHECK((persona->pipelining && persona->size && persona->eight_bit));
    CHECK_FALSE(persona->partial);
    CHECK(persona->connect_timeout == 1s);
    CHECK(persona->reply_timeout == 2s);
    CHECK(persona->message_timeout == 3s);
    CHECK(persona->retries == 2);
    CHECK(persona->retry_after == 30min);
    for (const MistakeRow& row : mistake_table) {
        const bool named = row.name == "no-quit" || row.name == "bare-lf";
        CHECK(persona->errs(row.mistake) == named);
    }
}

TEST_CASE("a persona's mistakes in writing are reported with their place", "[persona]") {
    CHECK(problem_of("hallo: helo\n").starts_with("mine.yaml:4:1: "));
    CHECK(problem_of("hallo: helo\n").ends_with("; did you mean hello"));
    CHECK(problem_of("log: oe-7\n").starts_with("mine.yaml:4:6: "));
    CHECK(problem_of("mistakes: [no-quitt]\n").starts_with("mine.yaml:4:12: "));
    CHECK(problem_of("retry: {times: 2}\n").starts_with("mine.yaml:4:8: "));
    CHECK(problem_of("timeouts: {reply: soon}\n").starts_with("mine.yaml:4:19: "));
    CHECK(problem_of("rset: perhaps\n").starts_with("mine.yaml:4:7: "));
}

TEST_CASE("a persona is found by name or by path, and nothing else", "[persona]") {
    CHECK(load_persona("imn-1.0", read_nothing).has_value());
    CHECK(load_persona("imn-1.1", read_nothing).error().front().text() ==
          "no persona called \"imn-1.1\"; did you mean imn-1.0");
    CHECK(load_persona("./imn", read_nothing).error().front().text() ==
          "./imn: cannot read: No such file or directory");
}

TEST_CASE("every built-in persona loads and carries its file's name", "[persona]") {
    for (const PersonaFile& file : built_in_personas()) {
        const auto persona = load_persona(std::string(file.name), read_nothing);
        REQUIRE(persona.has_value());
        CHECK(persona->name == file.name);
        CHECK_FALSE(persona->summary.empty());
    }
}
