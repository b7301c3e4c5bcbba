#include "sim/generate/generate.hpp"

#include "sim/explain/explain_log.hpp"
#include "sim/smtplog/log_dialect.hpp"
#include "tests/sim/smtplog/logs.hpp"

#include <boost/json/parse.hpp>

#include <set>

using namespace smtpsim;
using namespace smtpsim::smtplog;

namespace {

std::unique_ptr<Generator> generator(Mix mix = usual_mix(), std::uint64_t seed = 1996) {
    auto out = Generator::open(std::move(mix), seed);
    REQUIRE(out.has_value());
    return *std::move(out);
}

Mix mix_of(std::string_view failure) {
    Mix mix = usual_mix();
    mix.failures = {{std::string(failure), 1}};
    return mix;
}

} // namespace

TEST_CASE("the same seed and number give the same log, whatever was made before", "[generate]") {
    const auto all = generator();
    std::vector<std::string> logs;
    for (std::uint64_t number = 1; number <= 20; ++number) logs.push_back(all->make(number).log);
    const auto alone = generator();
    for (const std::uint64_t number : {20U, 7U, 1U})
        CHECK(alone->make(number).log == logs[number - 1]);
    CHECK(generator(usual_mix(), 1997)->make(1).log != logs[0]);
    CHECK(std::set(logs.begin(), logs.end()).size() == logs.size());
}

TEST_CASE("what is generated is as the format has it", "[generate]") {
    const auto all = generator();
    for (std::uint64_t number = 1; number <= 200; ++number) {
        const Generated made = all->make(number);
        CAPTURE(made.log, made.failure);
        for (const Finding& finding : linted(made.log)) {
            // A server that replies what is no reply is the failure itself.
            CHECK(finding.difference == Difference::bad_reply);
            CHECK(made.failure != "none");
        }
        CHECK(made.log.starts_with(row(*dialect_named(made.dialect)).product));
    }
}

TEST_CASE("the failure asked for happens, and healthy logs have none", "[generate]") {
    const auto healthy = generator(mix_of("none"));
    for (std::uint64_t number = 1; number <= 20; ++number) {
        const Generated made = healthy->make(number);
        CHECK(made.failure == "none");
        CHECK(made.outcome == "delivered");
        CHECK_FALSE(made.fired);
    }
    const auto full = generator(mix_of("kb155455/message/552"));
    for (std::uint64_t number = 1; number <= 20; ++number) {
        const Generated made = full->make(number);
        CHECK(made.failure == "kb155455/message/552");
        CHECK(made.fired);
        CHECK(made.outcome == "failed");
        CHECK(made.log.find("[rx] 552 ") != std::string::npos);
    }
}

TEST_CASE("what waits for more than a log holds gives way to another failure", "[generate]") {
    const auto all = generator(mix_of("policy/*"));
    for (std::uint64_t number = 1; number <= 60; ++number) {
        const Generated made = all->make(number);
        CAPTURE(made.failure);
        CHECK(made.fired);
    }
    CHECK(generator(mix_of("policy/full-mailbox"))->make(1).fired);
    CHECK_FALSE(generator(mix_of("policy/idle-timeout"))->make(1).fired);
}

TEST_CASE("a glob without a failure of a delivery is refused", "[generate]") {
    CHECK(Generator::open(mix_of("kb155455/nope/*"), 1).has_error());
    CHECK(Generator::open(mix_of("kb155455/vrfy/*"), 1).has_error());
}

TEST_CASE("a label names file, lines, failure, cause and explanation", "[generate]") {
    const Generated made = generator(mix_of("kb155455/rcpt/550"))->make(1);
    const auto json = boost::json::parse(label(made, "000001.log", 1996, 1)).as_object();
    CHECK(json.at("file").as_string() == "000001.log");
    CHECK(json.at("seed").as_int64() == 1996);
    CHECK(json.at("number").as_int64() == 1);
    CHECK(json.at("failure").as_string() == "kb155455/rcpt/550");
    CHECK(json.at("fired").as_bool());
    CHECK(json.at("outcome").as_string() == "failed");
    CHECK(json.at("cause").as_string() == "client");
    const auto& lines = json.at("lines").as_array();
    REQUIRE_FALSE(lines.empty());
    std::size_t at = 0;
    for (std::int64_t line = 1; line < lines.front().as_int64(); ++line)
        at = made.log.find('\n', at) + 1;
    CHECK(made.log.substr(at, made.log.find('\r', at) - at).find("[rx] 550") != std::string::npos);
}

TEST_CASE("clients, servers, speeds and days are those of the mix", "[generate]") {
    Mix mix = mix_of("none");
    mix.personas = {{"outlook-express-6", 1}};
    mix.profiles = {{"rfc821", 1}};
    mix.messages_least = mix.messages_most = 2;
    mix.from = *parse_iso_date("2001-03-01T00:00:00Z");
    mix.to = *parse_iso_date("2001-03-02T00:00:00Z");
    const auto all = generator(mix);
    for (std::uint64_t number = 1; number <= 10; ++number) {
        const Generated made = all->make(number);
        CAPTURE(made.log);
        CHECK(made.dialect == "oe-6");
        CHECK(made.log.find("[tx] HELO ") != std::string::npos);
        std::size_t dots = 0;
        for (std::size_t at = 0; (at = made.log.find("\r\n.\r\n", at)) != std::string::npos; ++at)
            ++dots;
        CHECK(dots == 2);
        const std::string started = line_with(made.log, "SMTP Log started at ");
        // The client's clock may be of another zone, on the day before or after.
        CHECK((started.find("02/28/2001") != std::string::npos ||
               started.find("03/01/2001") != std::string::npos ||
               started.find("03/02/2001") != std::string::npos));
    }
}
