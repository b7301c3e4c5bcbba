#include "smtp/transaction.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::smtp;

TEST_CASE("recipients stay in order, and a cleared list begins anew", "[transaction]") {
    Recipients recipients;
    CHECK(recipients.all().empty());
    recipients.add("a@a.test");
    recipients.add("b@b.test");
    REQUIRE(recipients.size() == 2);
    CHECK(recipients.all().front() == "a@a.test");
    const std::string* const place = recipients.all().data();
    recipients.clear();
    CHECK(recipients.all().empty());
    recipients.add("c@c.test");
    REQUIRE(recipients.size() == 1);
    CHECK(recipients.all().front() == "c@c.test");
    CHECK(recipients.all().data() == place); // the memory is used again
}

TEST_CASE("a cleared transaction has nothing of the one before it", "[transaction]") {
    Transaction transaction;
    transaction.open = transaction.utf8 = transaction.chunked = transaction.chunk_failed = true;
    transaction.sender = "a@a.test";
    transaction.recipients.add("b@b.test");
    transaction.declared_octets = 9;
    transaction.body = Body::binary;
    transaction.text = std::string(100'000, 'x');
    transaction.clear();
    CHECK_FALSE(transaction.open);
    CHECK_FALSE(transaction.utf8);
    CHECK_FALSE(transaction.chunked);
    CHECK_FALSE(transaction.chunk_failed);
    CHECK(transaction.sender.empty());
    CHECK(transaction.recipients.all().empty());
    CHECK(transaction.declared_octets == 0);
    CHECK(transaction.body == Body::text);
    CHECK(transaction.text.empty());
    CHECK(transaction.text.capacity() < 100'000); // one long message's memory is given back
}

TEST_CASE("content may be read up to the stop, and a new message has none", "[transaction]") {
    Transaction transaction;
    transaction.content_stop = 5;
    CHECK(transaction.octets_until_stop() == 5);
    transaction.content.take_chunk("abc", nullptr);
    CHECK(transaction.octets_until_stop() == 2);
    transaction.content.take_chunk("def", nullptr);
    CHECK(transaction.octets_until_stop() == 0);
    transaction.begin_content();
    CHECK(transaction.content.wire_octets() == 0);
    CHECK(transaction.octets_until_stop() > 1'000'000'000);
}
