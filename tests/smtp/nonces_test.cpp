#include "smtp/nonces.hpp"

#include "tests/catch.hpp"

#include <algorithm>

using namespace smtpsim;
using namespace std::chrono_literals;
using smtp::Nonces;

TEST_CASE("a nonce is visible ASCII without a comma and ends with the second", "[nonces]") {
    Nonces nonces{1};
    const std::string nonce = nonces.next(Tick{90'999ms});
    CAPTURE(nonce);
    CHECK(nonce.ends_with(".90"));
    CHECK(std::ranges::all_of(nonce, [](char c) { return c > ' ' && c <= '~' && c != ','; }));
}

TEST_CASE("nonces follow from the seed and differ within a run", "[nonces]") {
    Nonces one{155455}, same{155455}, other{1};
    const std::string first = one.next(Tick{});
    CHECK(same.next(Tick{}) == first);
    CHECK(other.next(Tick{}) != first);
    CHECK(one.next(Tick{}) != first);
}
