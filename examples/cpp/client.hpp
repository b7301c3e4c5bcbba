// A toy: an SMTP client for one message, without a socket and a clock. Octets in, octets out.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace toy {

struct Mail {
    std::string sender, recipient, content; // content: lines that end in CRLF
};
enum class Outcome { unknown, delivered, deferred, refused };

class Client {
public:
    explicit Client(const Mail& mail)
        : says_{"EHLO client\r\n",
                "MAIL FROM:<" + mail.sender + ">\r\n",
                "RCPT TO:<" + mail.recipient + ">\r\n",
                "DATA\r\n",
                stuffed(mail.content) + ".\r\n",
                "QUIT\r\n"} {}

    /// Takes octets from the server; returns the octets to send next: nothing before a reply is
    /// complete.
    std::string hear(std::string_view octets) {
        heard_ += octets;
        std::string say;
        for (std::size_t end = heard_.find("\r\n"); end != std::string::npos && !done();
             end = heard_.find("\r\n")) {
            const bool last = heard_.size() > 3 && heard_[3] != '-';
            if (last) say += answer(heard_.front());
            heard_.erase(0, end + 2);
        }
        return say;
    }
    bool done() const { return step_ > says_.size(); }
    /// After done(), or when the connection is lost: unknown means that the client must try again.
    Outcome outcome() const { return outcome_; }

private:
    std::string answer(char kind) {
        const bool content_is_due = step_ == 4; // the reply to DATA is 354
        if (outcome_ == Outcome::unknown && kind != (content_is_due ? '3' : '2')) {
            outcome_ = kind == '5' ? Outcome::refused : Outcome::deferred;
            step_ = 5; // QUIT
        } else if (step_ == 5) {
            outcome_ = Outcome::delivered;
        }
        const std::size_t step = step_++;
        return step < says_.size() ? says_[step] : std::string();
    }
    static std::string stuffed(std::string text) { // RFC 5321 §4.5.2
        if (text.starts_with('.')) text.insert(0, 1, '.');
        for (std::size_t at = 0; (at = text.find("\n.", at)) != std::string::npos; at += 3)
            text.insert(at + 1, 1, '.');
        return text;
    }

    std::array<std::string, 6> says_;
    std::size_t step_ = 0; // what is said next
    std::string heard_;
    Outcome outcome_ = Outcome::unknown;
};

} // namespace toy
