// What a Conversation asks of its endpoint: octets to send, where they must be parted, how to end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace smtpsim::server {

enum class Ending : std::uint8_t {
    none,
    close, // FIN, once all is sent
    quit,  // FIN; the client has said that it sends no more
    reset, // RST
};

struct Actions {
    std::string octets;
    std::vector<std::size_t> cuts; // offsets in `octets` at which a new TCP segment begins
    bool half_close = false;       // FIN after the octets; reading goes on
    Ending ending = Ending::none;  // after the octets

    void clear() {
        octets.clear();
        cuts.clear();
        half_close = false;
        ending = Ending::none;
    }
    bool empty() const { return octets.empty() && !half_close && ending == Ending::none; }
};

} // namespace smtpsim::server
