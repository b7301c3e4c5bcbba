#include "serial/endpoint/accepting.hpp"

#include "tests/serial/endpoint/listening.hpp"

#include <memory>
#include <vector>

using namespace smtpsim::endpoint;

namespace {

using Tcp = boost::asio::ip::tcp;

std::vector<Tcp::acceptor> two_acceptors() {
    std::vector<Tcp::acceptor> out;
    for (const char* const host : {"127.0.0.1", "127.0.0.2"})
        out.emplace_back(context, Tcp::endpoint{boost::asio::ip::make_address(host), 0});
    return out;
}

Tcp::socket connected_to(const Tcp::acceptor& acceptor) {
    Tcp::socket out{context};
    out.connect(acceptor.local_endpoint());
    return out;
}

struct Taker {
    std::vector<Tcp::acceptor> acceptors = two_acceptors();
    std::vector<Tcp::socket> taken;
    Accepting<Tcp::acceptor> accepting{
        context, acceptors, [this](Tcp::socket socket) { taken.push_back(std::move(socket)); }};
};

} // namespace

TEST_CASE("one terminal at a time is accepted, on any acceptor", "[accepting]") {
    Taker taker;
    taker.accepting.next();
    settle();
    const auto second = connected_to(taker.acceptors.back());
    CHECK(soon([&] { return taker.taken.size() == 1; }));
    CHECK(taker.taken.back().remote_endpoint() == second.local_endpoint());
    const auto first = connected_to(taker.acceptors.front());
    const auto third = connected_to(taker.acceptors.back());
    settle();
    CHECK(taker.taken.size() == 1);
    taker.accepting.next();
    CHECK(soon([&] { return taker.taken.size() == 2; }));
    settle();
    CHECK(taker.taken.size() == 2);
    taker.accepting.next();
    CHECK(soon([&] { return taker.taken.size() == 3; }));
}

TEST_CASE("later acceptors accept too", "[accepting]") {
    Taker taker;
    taker.accepting.next();
    settle();
    taker.acceptors.clear();
    taker.acceptors = two_acceptors();
    taker.accepting.next();
    const auto terminal = connected_to(taker.acceptors.back());
    CHECK(soon([&] { return taker.taken.size() == 1; }));
}

TEST_CASE("no client is accepted before it is wanted, or after the end", "[accepting]") {
    auto taker = std::make_unique<Taker>();
    const auto early = connected_to(taker->acceptors.front());
    settle();
    CHECK(taker->taken.empty());
    taker->accepting.next();
    taker.reset();
    settle();
}
