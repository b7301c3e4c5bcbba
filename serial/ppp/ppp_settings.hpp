// The settings of one end of a PPP link: role, authentication methods, users, MRU, ACCM, addresses,
// timers.
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace smtpsim::ppp {

enum class Role : std::uint8_t { provider, client };

enum class Auth : std::uint8_t { none, pap, chap_md5, ms_chap, ms_chap_v2 };

struct Settings {
    Role role = Role::provider;
    /// Provider: what it asks for, in this order; empty: no login. Client: what it accepts, the
    /// best first; empty: all.
    std::vector<Auth> auth{};
    /// Provider: name to password. Empty: every user is accepted; but MS-CHAP v2 proves to the
    /// client that the provider knows the password, and a client detects one that does not.
    std::map<std::string, std::string> users{};
    std::string name{};             // ours, in CHAP
    std::string user{}, password{}; // client
    std::uint16_t mru = 1500;
    std::uint32_t accm = 0; // control characters that the line does not carry to us
    /// Host order. Client: what it wishes for, 0: what it is given.
    std::uint32_t our_address = 0, peer_address = 0, dns1 = 0, dns2 = 0;
    bool callback = false; // client: asks to be called back (CBCP)

    /// RFC 1661 §4.6.
    Duration restart = std::chrono::seconds{3};
    int max_configure = 10, max_terminate = 2, max_failure = 5;
    Duration echo_interval{0}; // 0: never asks
    int max_echo = 3;          // Echo-Requests in a row without an answer

    bool journal = false; // Actions::notes is filled
};

} // namespace smtpsim::ppp
