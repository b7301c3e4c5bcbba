// ANONYMOUS, the server's side (RFC 4505 §2): any trace information is accepted.
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

class Anonymous : public Exchange {
public:
    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, {}};
        user_ = "anonymous";
        return accept_if(true);
    }
};

} // namespace

std::unique_ptr<Exchange> begin_anonymous() { return std::make_unique<Anonymous>(); }

} // namespace smtpsim::sasl
