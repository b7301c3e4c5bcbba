#include "sim/net/names.hpp"

#include "sim/net/asio.hpp"

#include <algorithm>

namespace smtpsim::net {

std::vector<std::string> addresses_of(const std::string& host) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::resolver resolver{context};
    boost::system::error_code error;
    std::vector<std::string> out;
    for (const auto& found : resolver.resolve(host, "", error)) {
        std::string address = found.endpoint().address().to_string();
        if (std::ranges::find(out, address) == out.end()) out.push_back(std::move(address));
    }
    return out;
}

} // namespace smtpsim::net
