#include "serial/endpoint/dialects/dialect.hpp"

namespace smtpsim::endpoint {
namespace {

constexpr char magic = '\xFF';

}

void Raw::receive(std::string_view& in, Received& out) {
    out.octets += in;
    in = {};
}

void Raw::say(std::string_view octets, std::string& out) { out += octets; }

void Ip232::receive(std::string_view& in, Received& out) {
    while (!in.empty() && !out.lines) {
        const char octet = in.front();
        in.remove_prefix(1);
        if (!escaped_ && octet == magic) {
            escaped_ = true;
        } else if (!escaped_ || octet == magic) {
            escaped_ = false;
            out.octets += octet;
        } else {
            escaped_ = false;
            const bool dtr = octet == '\1';
            out.lines = (octet == '\0' || dtr) && dtr != lines_.dtr;
            if (out.lines) lines_.dtr = dtr;
        }
    }
}

void Ip232::say(std::string_view octets, std::string& out) {
    for (const char octet : octets) {
        if (octet == magic) out += magic;
        out += octet;
    }
}

void Ip232::say_lines(const line::ModemLines& lines, std::string& out) {
    if (said_ && lines.dcd == dcd_) return;
    said_ = true;
    dcd_ = lines.dcd;
    out += {magic, dcd_ ? '\1' : '\0'};
}

} // namespace smtpsim::endpoint
