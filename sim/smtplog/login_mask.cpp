#include "sim/smtplog/login_mask.hpp"

namespace smtpsim::smtplog {

void LoginMask::entry(const Entry& entry) {
    if (!logins_.shows(entry.kind, entry.text)) return next_.entry(entry);
    masked_ = "********";
    if (const std::size_t response = initial_response_at(entry.text);
        response != std::string_view::npos)
        masked_.insert(0, entry.text.substr(0, response));
    Entry shown = entry;
    shown.text = masked_;
    next_.entry(shown);
}

} // namespace smtpsim::smtplog
