// In place of pty.cpp and pty_device.cpp where the system is not Linux: only Linux reports whether
// a terminal has a pty open, and its settings.
#include "serial/endpoint/endpoint.hpp"

namespace smtpsim::endpoint {

Result<std::unique_ptr<Endpoint>> open_pty(boost::asio::io_context&, const std::string& link,
                                           PtyOptions) {
    return Failure{
        "pty:" + link +
        ": this build has no pseudo-terminals; smtpsim modem --socket and --rfc2217 work"};
}

} // namespace smtpsim::endpoint
