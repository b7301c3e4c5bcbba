#include "smtp/ids.hpp"

#include "tests/catch.hpp"

#include <set>

using namespace smtpsim;
using namespace smtpsim::smtp;

namespace {

constexpr Tick sent_1996{std::chrono::milliseconds{838'938'262'078}};

} // namespace

TEST_CASE("dated ids count in letters and share the run's number", "[ids]") {
    Ids ids{IdStyle::dated, 155455};
    CHECK(ids.next(sent_1996) == "19960801222422078.AAA43");
    CHECK(ids.next(sent_1996) == "19960801222422078.AAB43");
    for (int i = 2; i < 26 * 26 * 26 - 1; ++i) ids.next(sent_1996);
    CHECK(ids.next(sent_1996) == "19960801222422078.ZZZ43");
    CHECK(ids.next(sent_1996) == "19960801222422078.AAAA43");
}

TEST_CASE("queue ids are ten hexadecimal digits, the count in the first six", "[ids]") {
    Ids ids{IdStyle::queue, 1};
    std::set<std::string> seen;
    for (int i = 1; i <= 300; ++i) {
        const std::string id = ids.next(Tick{});
        CAPTURE(id);
        REQUIRE(id.size() == 10);
        CHECK(id.find_first_not_of("0123456789ABCDEF") == std::string::npos);
        CHECK(std::stoi(id.substr(0, 6), nullptr, 16) == i);
        CHECK(seen.insert(id).second);
    }
}

TEST_CASE("one seed gives one sequence of ids, another seed another", "[ids]") {
    Ids one{IdStyle::queue, 7}, same{IdStyle::queue, 7}, other{IdStyle::queue, 8};
    bool all_equal = true;
    for (int i = 0; i < 8; ++i) {
        const std::string id = one.next(Tick{});
        CHECK(id == same.next(sent_1996)); // the tick does not show
        all_equal &= id == other.next(Tick{});
    }
    CHECK_FALSE(all_equal);
}
