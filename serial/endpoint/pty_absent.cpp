// In place of pty.cpp and port.cpp where the system is not Linux: whether a terminal has the port
// open, and how it has set it, is found out there in ways of Linux alone.
#include "serial/endpoint/endpoint.hpp"

namespace smtpsim::endpoint {

Result<std::unique_ptr<Endpoint>> open_pty(boost::asio::io_context&, const std::string& link,
                                           PtyOptions) {
    return Failure{
        "pty:" + link +
        ": this build has no pseudo-terminals; smtpsim modem --socket and --rfc2217 work"};
}

} // namespace smtpsim::endpoint
