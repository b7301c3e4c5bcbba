#include "sim/net/socket.hpp"

#include "tests/catch.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

using namespace smtpsim::net;

namespace {

class Pair {
public:
    Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0); }
    ~Pair() {
        ::close(ours());
        leave();
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    int ours() const { return ends_[0]; }
    int peer() const { return ends_[1]; }
    void leave() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

} // namespace

TEST_CASE("octets for a peer that has gone are an error and no signal", "[net]") {
    Pair pair;
    CHECK(write_some(pair.ours(), "a") == 1);
    CHECK(write_segment(pair.ours(), "bc") == 2);
    pair.leave();
    for (const auto write : {write_some, write_segment}) {
        errno = 0;
        CHECK(write(pair.ours(), "d") == -1);
        CHECK(errno == EPIPE);
    }
}

TEST_CASE("what there is no room for is not waited for", "[net]") {
    const Pair pair;
    const std::string octets(65'536, 'x');
    while (write_some(pair.ours(), octets) > 0) {
    }
    CHECK((errno == EAGAIN || errno == EWOULDBLOCK));
}

TEST_CASE("the end of a peer is seen, and its octets are not taken", "[net]") {
    Pair pair;
    CHECK_FALSE(peer_has_ended(pair.ours()));
    REQUIRE(write_some(pair.peer(), "a") == 1);
    CHECK_FALSE(peer_has_ended(pair.ours()));
    char octet = 0;
    REQUIRE(::recv(pair.ours(), &octet, 1, 0) == 1);
    CHECK(octet == 'a');
    SECTION("when it sends no more") { REQUIRE(::shutdown(pair.peer(), SHUT_WR) == 0); }
    SECTION("when it is gone") { pair.leave(); }
    CHECK(peer_has_ended(pair.ours()));
}
