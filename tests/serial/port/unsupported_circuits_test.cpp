#include "serial/port/unsupported_circuits.hpp"

#include "serial/internet/stack.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using profiles::Answer;
using profiles::Call;

namespace {

profiles::Profile calling(std::vector<Call> calls) {
    profiles::Profile out;
    out.modem.phone_book = {{*Pattern::parse("5550100"), {Call{Answer::smtp}}},
                            {*Pattern::parse("5550199"), std::move(calls)}};
    return out;
}

} // namespace

TEST_CASE("only a build without PPP leaves out what the phone book reaches by it", "[port]") {
    for (const Answer answer : {Answer::ppp, Answer::login}) {
        const std::string name{row(answer).name};
        CAPTURE(name);
        const auto line = port::left_out(calling({Call{Answer::busy}, Call{answer}}));
        CHECK(line.has_value() != internet::Stack::is_built_in());
        if (line)
            CHECK(*line == "calls to 5550199 are answered by " + name +
                               ": this build has no PPP (SMTPSIM_PPP=OFF)");
    }
}

TEST_CASE("no build leaves out what the phone book reaches without PPP", "[port]") {
    for (const profiles::AnswerRow& each : profiles::answer_table)
        if (each.answer != Answer::ppp && each.answer != Answer::login)
            CHECK_FALSE(port::left_out(calling({Call{each.answer}})).has_value());
}
