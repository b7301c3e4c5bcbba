// Listening where an Address says: on one socket, or for localhost on one for each of its
// addresses.
#pragma once

#include "core/problem.hpp"
#include "sim/net/address.hpp"
#include "sim/net/asio.hpp"

#include <utility>
#include <vector>

namespace smtpsim::net {

/// Port 0 of several addresses: so many are tried before one is free at all of them. Chosen.
constexpr int port_tries_max = 20;

/// Of `address`, those of localhost that are loopback; 127.0.0.1 where this machine knows no such
/// name.
std::vector<boost::asio::ip::tcp::endpoint> endpoints_of(const Address& address);

/// Whether a machine without that address (IPv6, for one) answers so to bind.
bool is_missing_here(const boost::system::error_code& error);

Failure cannot_listen(const std::string& name, const std::string& where,
                      const boost::system::error_code& error);
std::string text(const boost::asio::ip::tcp::endpoint& endpoint);

/// Acceptors that listen at all `endpoints`, which have one port; for port 0 one that is free at
/// all of them. `open` makes one: Acceptor(endpoint, error). An address that this machine has not
/// is passed over while another is there. Errors: `name`, and the endpoint where it differs.
template <class Open>
auto listen_at(const std::string& name,
               const std::vector<boost::asio::ip::tcp::endpoint>& endpoints, const Open& open) {
    using Acceptor = decltype(open(endpoints.front(), std::declval<boost::system::error_code&>()));
    using Out = Result<std::vector<Acceptor>>;
    for (int tries = 1;; ++tries) {
        std::vector<Acceptor> acceptors;
        boost::system::error_code missing, error;
        std::uint16_t port = endpoints.front().port();
        boost::asio::ip::tcp::endpoint at;
        for (const auto& endpoint : endpoints) {
            at = {endpoint.address(), port};
            error.clear();
            Acceptor acceptor = open(at, error);
            if (error && is_missing_here(error)) {
                missing = error;
                error.clear();
                continue;
            }
            if (error) break;
            port = acceptor.local_endpoint().port();
            acceptors.push_back(std::move(acceptor));
        }
        const bool picked = endpoints.front().port() == 0 && port != 0;
        if (picked && error == boost::asio::error::address_in_use && tries < port_tries_max)
            continue;
        if (error) return Out{cannot_listen(name, text(at), error)};
        if (acceptors.empty()) return Out{cannot_listen(name, text(at), missing)};
        return Out{std::move(acceptors)};
    }
}

} // namespace smtpsim::net
