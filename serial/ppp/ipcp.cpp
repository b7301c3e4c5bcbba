#include "serial/ppp/ipcp.hpp"

namespace smtpsim::ppp {

namespace {

/// No host has these addresses: RFC 5737 has 192.0.2.0/24 for documentation.
constexpr std::uint32_t wrong_dns1 = 0xc0000235, wrong_dns2 = 0xc0000236;
constexpr std::uint16_t vj = 0x002d; // IP-Compression-Protocol: RFC 1332 §3.2

} // namespace

Ipcp::Ipcp(Context& context) : Control(context), address_(context.settings.our_address) {
    if (!is_client()) return;
    dns1_ = context.settings.dns1;
    dns2_ = context.settings.dns2;
}

std::string Ipcp::wishes() {
    std::string out;
    const auto wish = [&](std::uint8_t type, std::uint32_t address) {
        if (!refused_[type]) append_option(type, octets32(address), out);
    };
    if (is_client() || address_ != 0) wish(ipcp_option::address, address_);
    if (is_client()) {
        wish(ipcp_option::dns1, dns1_);
        wish(ipcp_option::dns2, dns2_);
    }
    return out;
}

Control::Answer Ipcp::judge(const Option& option) {
    const Impairments& impairments = context_.impairments;
    const Settings& settings = context_.settings;
    if (option.type == ipcp_option::compression && impairments.vj_broken &&
        option.value.size() >= 2 && number16(option.value) == vj)
        return {Code::configure_ack};
    if (option.value.size() != 4) return {Code::configure_reject};
    const std::uint32_t value = number32(option.value);
    const auto nak_unless = [value](std::uint32_t right) -> Answer {
        if (right == 0) return {Code::configure_reject};
        if (value == right) return {Code::configure_ack};
        return {Code::configure_nak, octets32(right)};
    };
    switch (option.type) {
    case ipcp_option::address: return judge_address(value);
    case ipcp_option::dns1:
        if (is_client()) break;
        return nak_unless(impairments.dns_wrong ? wrong_dns1 : settings.dns1);
    case ipcp_option::dns2:
        if (is_client()) break;
        return nak_unless(impairments.dns_wrong ? wrong_dns2 : settings.dns2);
    default: break;
    }
    return {Code::configure_reject};
}

Control::Answer Ipcp::judge_address(std::uint32_t address) const {
    if (context_.impairments.address_reject) return {Code::configure_reject};
    if (context_.impairments.no_address) {
        if (address == 0) return {Code::configure_ack};
        return {Code::configure_nak, octets32(0)};
    }
    const std::uint32_t right = context_.settings.peer_address;
    if (right != 0 && address != right) return {Code::configure_nak, octets32(right)};
    return {address != 0 ? Code::configure_ack : Code::configure_reject};
}

void Ipcp::agree(std::string_view options) {
    peer_address_ = 0;
    while (const auto option = next_option(options))
        if (option->type == ipcp_option::address) peer_address_ = number32(option->value);
}

std::string Ipcp::on_nak_or_reject(Code code, const Option& option) {
    if (code == Code::configure_reject) {
        refused_.set(option.type);
        if (option.type != ipcp_option::address || !is_client()) return {};
        return "the peer rejects the IP-Address option";
    }
    if (option.value.size() != 4 || !is_client()) return {};
    const std::uint32_t value = number32(option.value);
    if (option.type == ipcp_option::address) address_ = value;
    if (option.type == ipcp_option::dns1) dns1_ = value;
    if (option.type == ipcp_option::dns2) dns2_ = value;
    return {};
}

std::string Ipcp::nonsense() {
    std::string out;
    const auto host = static_cast<std::uint32_t>(context_.dice.below(0xfffffe)) + 1;
    append_option(ipcp_option::address, octets32(0x0a000000 | host), out);
    return out;
}

} // namespace smtpsim::ppp
