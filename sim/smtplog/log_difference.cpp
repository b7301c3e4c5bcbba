#include "sim/smtplog/log_difference.hpp"

#include "core/text.hpp"

namespace smtpsim::smtplog {
namespace {

bool has_initial_response(std::string_view text) { // RFC 4954 §4
    if (text.size() < 5 || !equal_ignoring_case(text.substr(0, 5), "AUTH ")) return false;
    const std::size_t end = text.find(' ', 5);
    if (end == std::string_view::npos) return false;
    const std::string_view response = text.substr(end + 1);
    return response != "********" && response != "=";
}

} // namespace

bool Logins::shows(Kind kind, std::string_view text) {
    if (kind == Kind::received) asked_ = text.starts_with("334");
    if (kind != Kind::sent) return false;
    const bool masked = text.find_first_not_of('*') == std::string_view::npos;
    const bool answers = asked_ && !masked;
    asked_ = false;
    return answers || has_initial_response(text);
}

bool is_closing(Kind kind, std::string_view text) {
    return kind == Kind::debug && text.starts_with("Connection to '") && text.ends_with("closed.");
}

} // namespace smtpsim::smtplog
