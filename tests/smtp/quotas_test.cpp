#include "smtp/quotas.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::smtp;
using Answer = Quotas::Answer;

namespace {

const std::optional<StorageRule> no_storage;

MailboxRule mailbox(std::string_view address, std::optional<std::uint64_t> quota = std::nullopt,
                    std::uint64_t used = 0) {
    return {*Pattern::parse(address), quota, used};
}

} // namespace

TEST_CASE("a mailbox has room up to its quota, for each name that a pattern takes", "[quotas]") {
    const std::vector<MailboxRule> rules{mailbox("*@b.test", 100, 40), mailbox("c@c.test")};
    Quotas quotas{rules, no_storage, "mail.test"};
    CHECK(quotas.ask("x@b.test", 60, Stage::rcpt) == Answer::accepted);
    CHECK(quotas.ask("x@b.test", 61, Stage::rcpt) == Answer::full);
    const std::vector<std::string> delivered{"X@b.test"};
    quotas.deliver(delivered, 60);
    CHECK(quotas.ask("x@B.test", 0, Stage::rcpt) == Answer::full);
    CHECK(quotas.ask("y@b.test", 60, Stage::rcpt) == Answer::accepted);
    CHECK(quotas.ask("c@c.test", 1ULL << 40, Stage::rcpt) == Answer::accepted);
    CHECK(quotas.ask("nobody@else.test", 1, Stage::rcpt) == Answer::unknown);
}

TEST_CASE("without rules every mailbox is known and has room", "[quotas]") {
    const std::vector<MailboxRule> rules;
    Quotas quotas{rules, no_storage, "mail.test"};
    CHECK(quotas.ask("anyone@anywhere.test", ~0ULL, Stage::rcpt) == Answer::accepted);
    CHECK(quotas.has_room(~0ULL));
}

TEST_CASE("the first rule that matches a mailbox counts", "[quotas]") {
    const std::vector<MailboxRule> rules{mailbox("a@b.test", 10), mailbox("*@b.test", 1'000)};
    Quotas quotas{rules, no_storage, "mail.test"};
    CHECK(quotas.ask("a@b.test", 11, Stage::rcpt) == Answer::full);
    CHECK(quotas.ask("b@b.test", 11, Stage::rcpt) == Answer::accepted);
}

TEST_CASE("a mailbox without a domain is one of the server's own", "[quotas]") {
    const std::vector<MailboxRule> rules{mailbox("janed@mail.test")};
    Quotas quotas{rules, no_storage, "mail.test"};
    CHECK(quotas.ask("JaneD", 1, Stage::rcpt) == Answer::accepted);
    CHECK(quotas.ask("jdoe", 1, Stage::rcpt) == Answer::unknown);
}

TEST_CASE("a lack of room is noticed at the stage that the rule names", "[quotas]") {
    std::vector<MailboxRule> rules{mailbox("*@b.test", 10)};
    rules.front().at_rcpt = false;
    Quotas quotas{rules, no_storage, "mail.test"};
    CHECK(quotas.ask("a@b.test", 11, Stage::rcpt) == Answer::accepted);
    CHECK(quotas.ask("a@b.test", 11, Stage::message) == Answer::full);
}

TEST_CASE("a message takes up storage once, however many mailboxes it goes to", "[quotas]") {
    const std::vector<MailboxRule> rules;
    const std::optional<StorageRule> storage{{100, 60, true, true, true, true}};
    Quotas quotas{rules, storage, "mail.test"};
    CHECK(quotas.has_room(40));
    CHECK_FALSE(quotas.has_room(41));
    const std::vector<std::string> delivered{"a@b.test", "b@b.test"};
    quotas.deliver(delivered, 30);
    CHECK(quotas.has_room(10));
    CHECK_FALSE(quotas.has_room(11));
    quotas.deliver(delivered, 10);
    CHECK_FALSE(quotas.has_room(0)); // nothing is left
}
