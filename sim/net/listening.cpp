#include "sim/net/listening.hpp"

#include "sim/net/names.hpp"

namespace smtpsim::net {

namespace asio = boost::asio;
using Endpoint = asio::ip::tcp::endpoint;

std::vector<Endpoint> endpoints_of(const Address& address) {
    if (address.host != local_name)
        return {Endpoint{asio::ip::make_address(address.host), address.port}};
    std::vector<Endpoint> out;
    for (const std::string& host : addresses_of(address.host))
        if (const auto found = asio::ip::make_address(host); found.is_loopback())
            out.emplace_back(found, address.port);
    if (out.empty()) out.emplace_back(asio::ip::address_v4::loopback(), address.port);
    return out;
}

bool is_missing_here(const boost::system::error_code& error) {
    return error == boost::system::errc::address_not_available ||
           error == asio::error::address_family_not_supported;
}

std::string text(const Endpoint& endpoint) {
    return text(Address{endpoint.address().to_string(), endpoint.port()});
}

Failure cannot_listen(const std::string& name, const std::string& where,
                      const boost::system::error_code& error) {
    const bool itself = name.ends_with(where); // "rfc2217:127.0.0.1:4012"
    return {name + ": cannot listen" + (itself ? "" : " at " + where) + ": " + error.message()};
}

} // namespace smtpsim::net
