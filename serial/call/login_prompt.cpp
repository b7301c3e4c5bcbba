#include "serial/call/login_prompt.hpp"

#include <utility>

namespace smtpsim::call {
namespace {

constexpr char frame_start = 0x7e; // RFC 1662 §3.1

}

void LoginPrompt::begin(std::string& out) {
    if (!provider_.banner.empty()) out += provider_.banner + "\r\n";
    out += "\r\n" + provider_.login;
}

LoginPrompt::Result LoginPrompt::on_octets(std::string_view& in, std::string& out) {
    while (!in.empty()) {
        const char octet = in.front();
        if (octet == frame_start) return Result::frame;
        in.remove_prefix(1);
        if (octet == '\r' || octet == '\n') {
            if (octet == '\n' && line_.empty()) continue;
            if (line_is_the_last(out)) return Result::logged_in;
        } else if (octet == '\b' || octet == '\x7f') {
            if (!line_.empty()) line_.pop_back();
        } else if (line_.size() < line_octets_max) {
            line_ += octet;
            if (!at_password_) out += octet; // as a terminal server does
        }
    }
    return Result::waits;
}

/// Takes the line as name or password, and appends what follows it. True: logged in.
bool LoginPrompt::line_is_the_last(std::string& out) {
    out += "\r\n";
    if (!at_password_) {
        if (line_.empty()) {
            out += provider_.login;
            return false;
        }
        name_ = std::exchange(line_, {});
        at_password_ = true;
        out += provider_.password;
        return false;
    }
    const std::string password = std::exchange(line_, {});
    at_password_ = false;
    const auto user = provider_.users.find(name_);
    if (provider_.users.empty() || (user != provider_.users.end() && user->second == password))
        return true;
    out += "Login incorrect\r\n";
    if (++refused_ < refused_max) out += provider_.login;
    return false;
}

} // namespace smtpsim::call
