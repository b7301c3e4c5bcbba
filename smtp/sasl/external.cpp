// EXTERNAL, the server's side (RFC 4422 appendix A): the TLS client certificate says who it is.
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

class External : public Exchange {
public:
    explicit External(const Context& context)
        : certificate_name_(context.channel == nullptr ? "" : context.channel->certificate_name) {}
    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, {}};
        user_ = response->empty() ? certificate_name_ : std::string(*response);
        return accept_if(!certificate_name_.empty() && user_ == certificate_name_);
    }

private:
    std::string certificate_name_;
};

} // namespace

std::unique_ptr<Exchange> begin_external(const Context& context) {
    return std::make_unique<External>(context);
}

} // namespace smtpsim::sasl
