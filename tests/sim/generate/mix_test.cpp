#include "sim/generate/mix.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::smtplog;
using namespace std::chrono_literals;

namespace {

Mix mix_of(const std::string& text) {
    auto mix = read_mix("smtpsim: 1\nmix: test\n" + text, "mix.yaml");
    if (!mix.has_value())
        for (const Problem& problem : mix.error()) UNSCOPED_INFO(problem.text());
    REQUIRE(mix.has_value());
    return *std::move(mix);
}

std::string problem_of(const std::string& text) {
    const auto mix = read_mix("smtpsim: 1\nmix: test\n" + text, "mix.yaml");
    REQUIRE_FALSE(mix.has_value());
    return mix.error().front().text();
}

} // namespace

TEST_CASE("a mix says which failures, servers, clients, speeds, numbers, sizes and days", "[mix]") {
    const Mix mix = mix_of("failures: {none: 1, 'kb155455/*': 3}\nprofiles: {esmtp: 1}\n"
                           "personas: {imn-1.0: 2, outlook-express-6: 1}\n"
                           "speeds: {28800bps: 1, 0bps: 1}\nmessages: 2..5\nsize: 1KB..2MB\n"
                           "dates: 1997-01-01..1997-01-02\n");
    REQUIRE(mix.failures.size() == 2);
    CHECK(mix.failures[1].name == "kb155455/*");
    CHECK(mix.failures[1].weight == 3);
    REQUIRE(mix.profiles.size() == 1);
    CHECK(mix.personas.size() == 2);
    CHECK(mix.speeds.size() == 2);
    CHECK(mix.messages_least == 2);
    CHECK(mix.messages_most == 5);
    CHECK(mix.size_least == 1'000);
    CHECK(mix.size_most == 2'000'000);
    CHECK(mix.to - mix.from == 24h);
}

TEST_CASE("what a mix leaves out is as usual", "[mix]") {
    const Mix mix = mix_of(""), usual = usual_mix();
    CHECK(mix.failures.size() == usual.failures.size());
    CHECK(mix.personas.size() == usual.personas.size());
    CHECK(mix.messages_most == usual.messages_most);
    CHECK(mix.from == usual.from);
}

TEST_CASE("a mix's mistakes are reported with their place", "[mix]") {
    CHECK(problem_of("profiles: {esmpt: 1}\n") ==
          "mix.yaml:3:12: no profile called \"esmpt\"; did you mean esmtp");
    CHECK(problem_of("personas: {imn-1.1: 1}\n") ==
          "mix.yaml:3:12: no persona called \"imn-1.1\"; did you mean imn-1.0");
    CHECK(problem_of("failures: {none: 0}\n").starts_with("mix.yaml:3:18: "));
    CHECK(problem_of("failures: {}\n") == "mix.yaml:3:11: expected a weight or more");
    CHECK(
        problem_of("failures: {'kb155455/nope/*': 1}\n").starts_with("mix.yaml:3:12: no failure "));
    CHECK(problem_of("speeds: {fast: 1}\n") == "mix.yaml:3:10: expected a speed such as 28800bps");
    CHECK(problem_of("dates: 1997-02-30..1997-03-01\n").starts_with("mix.yaml:3:8: "));
    CHECK(problem_of("dates: 1998-01-01..1997-01-01\n").starts_with("mix.yaml:3:8: "));
    CHECK(problem_of("messages: 3..1\n").starts_with("mix.yaml:3:11: "));
    CHECK(problem_of("size: 2KB..1KB\n").starts_with("mix.yaml:3:7: "));
    CHECK(problem_of("failure: {none: 1}\n").starts_with("mix.yaml:3:1: "));
    CHECK(problem_of("failures: {none: many}\n").starts_with("mix.yaml:3:"));
}
