// What is to be done once more, but not from within what is under way.
#pragma once

#include "serial/endpoint/lifetime_guard.hpp"
#include "sim/net/asio.hpp"

#include <functional>
#include <utility>

namespace smtpsim::endpoint {

/// Has `act` run from the io_context: once, however often it was asked for until then.
class Soon {
public:
    Soon(boost::asio::io_context& context, std::function<void()> act)
        : context_(context), act_(std::move(act)) {}

    void ask() {
        if (std::exchange(asked_, true)) return;
        boost::asio::post(context_, alive_.guard([this] {
            asked_ = false;
            act_();
        }));
    }

private:
    boost::asio::io_context& context_;
    std::function<void()> act_;
    bool asked_ = false;
    Alive alive_;
};

} // namespace smtpsim::endpoint
