// In place of usbredir.cpp where libusbredirparser is not to be had.
#include "serial/endpoint/endpoint.hpp"

namespace smtpsim::endpoint {

Result<std::unique_ptr<Endpoint>> open_usbredir(boost::asio::io_context&, const std::string& path,
                                                mode_t) {
    return Failure{"usbredir:" + path + ": this build has no usbredir"};
}

} // namespace smtpsim::endpoint
