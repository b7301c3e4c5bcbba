#include "serial/ppp/auth_exchange.hpp"

#include <utility>

namespace smtpsim::ppp {

void AuthExchange::insist(std::string packet, Tick now, Steps& out) {
    insisted_ = std::move(packet);
    left_ = context_.settings.max_configure - 1;
    deadline_ = now + context_.settings.restart;
    out.push_back({Step::Kind::send, insisted_});
}

void AuthExchange::wait(Tick now) {
    insisted_.clear();
    left_ = 0;
    deadline_ = now + context_.settings.max_configure * context_.settings.restart;
}

void AuthExchange::on_tick(Tick now, Steps& out) {
    if (deadline_ > now) return;
    if (left_ <= 0)
        return settle(false, "no answer in " + std::string{protocol_name(protocol_)}, out);
    --left_;
    deadline_ = now + context_.settings.restart;
    out.push_back({Step::Kind::send, insisted_});
}

void AuthExchange::answer(bool accepted, std::string packet, Steps& out) {
    out.push_back({Step::Kind::send, std::move(packet)});
    settle(accepted, accepted ? "" : "the login was refused", out);
}

void AuthExchange::settle(bool accepted, std::string text, Steps& out) {
    deadline_ = Tick::max();
    if (std::exchange(settled_, true)) return;
    text_ = std::move(text);
    out.push_back({accepted ? Step::Kind::up : Step::Kind::finished});
}

std::string AuthExchange::forced_refusal() const {
    const Impairments& impairments = context_.impairments;
    if (impairments.auth_nak) return *impairments.auth_nak;
    if (impairments.auth_error) return "E=" + std::to_string(*impairments.auth_error) + " R=0";
    return {};
}

const std::string* AuthExchange::password_of(std::string_view user) const {
    const auto found = context_.settings.users.find(std::string{user});
    return found == context_.settings.users.end() ? nullptr : &found->second;
}

std::unique_ptr<AuthExchange> make_login(std::string_view method, Context& context) {
    const std::uint16_t protocol = number16(method);
    if (protocol == protocol::pap) return make_pap(context);
    if (protocol == protocol::eap) return make_eap(context);
    if (protocol == protocol::chap && method.size() == 3)
        return make_chap(static_cast<std::uint8_t>(method[2]), context);
    return nullptr;
}

} // namespace smtpsim::ppp
