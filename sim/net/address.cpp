#include "sim/net/address.hpp"

#include "core/text.hpp"
#include "sim/net/asio.hpp"

#include <charconv>

namespace smtpsim::net {
namespace {

namespace asio = boost::asio;

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return port;
}

} // namespace

std::optional<Address> parse_address(std::string_view text) {
    if (const auto port = parse_port(text)) return Address{"127.0.0.1", *port};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_port(text.substr(colon + 1));
    std::string_view host = text.substr(0, colon);
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    if (brackets) host = host.substr(1, host.size() - 2);
    if (port && lower(host) == local_name) return Address{std::string(local_name), *port};
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (!port || error || address.is_v6() != brackets) return std::nullopt;
    return Address{address.to_string(), *port};
}

bool is_loopback(const Address& address) {
    return address.host == local_name || asio::ip::make_address(address.host).is_loopback();
}

std::string text(const Address& address) {
    const bool v6 = address.host.find(':') != std::string::npos;
    return (v6 ? '[' + address.host + ']' : address.host) + ':' + std::to_string(address.port);
}

} // namespace smtpsim::net
