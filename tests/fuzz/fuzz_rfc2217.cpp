// What an RFC 2217 client may send: nothing makes more of it than it is, wherever it is cut.
#include "serial/endpoint/dialects/rfc2217.hpp"

#include <algorithm>
#include <cstdlib>

using namespace smtpsim::endpoint;

namespace {

/// The first octet is 0xFF, for the offer of options that answers it.
constexpr std::size_t replies_at_first = 64;
/// SIGNATURE asked for in 6 octets is what has the longest answer.
constexpr std::size_t replies_to_an_octet = 4;

void must(bool holds) {
    if (!holds) std::abort();
}

Received receive(Rfc2217& dialect, std::string_view octets, std::size_t piece) {
    Received all;
    while (!octets.empty()) {
        std::string_view in = octets.substr(0, piece);
        octets.remove_prefix(in.size());
        while (!in.empty()) {
            const std::size_t before = in.size();
            Received received;
            dialect.receive(in, received);
            must(in.size() < before);
            all.octets += received.octets;
            all.replies += received.replies;
        }
    }
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets{reinterpret_cast<const char*>(data), size};
    Rfc2217 whole, pieces;
    const Received received = receive(whole, octets, octets.size());
    const Received again = receive(pieces, octets, size == 0 ? 1 : 1 + data[size - 1] % 7U);
    must(received.octets == again.octets && received.replies == again.replies);
    must(whole.lines() == pieces.lines() && whole.suspended() == pieces.suspended());
    must(received.octets.size() <= size);
    must(received.replies.size() <= replies_at_first + replies_to_an_octet * size);

    std::string said;
    whole.say(octets, said);
    whole.say_lines({.dcd = true}, said);
    whole.say_errors({.framing = true}, said);
    must(said.size() >= size);
    return 0;
}
