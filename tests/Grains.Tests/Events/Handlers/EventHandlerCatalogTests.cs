namespace Buildify.Events.Handlers;

public sealed class EventHandlerCatalogTests
{
    [Theory]
    [InlineData(typeof(NoHandler), "implements neither")]
    [InlineData(typeof(Recorder), "priority 10", null, 10)]
    [InlineData(typeof(Recorder), "which has an empty segment", "a..b")]
    [InlineData(typeof(Recorder), "say which")]
    [InlineData(typeof(Signatures), "handles 'handled.paper.signed' alone", "handled.paper.*")]
    public void What_is_wrong_with_a_handler_is_said_at_start(Type type, string what, string? pattern = null, int priority = 5) =>
        Should.Throw<InvalidOperationException>(() => EventHandlerInfo.Of(type, new SubscribeAttribute(pattern) { Priority = priority }, "handled"))
            .Message.ShouldContain(what);

    [Fact]
    public void A_name_is_for_one_handler()
    {
        var one = EventHandlerInfo.Of(typeof(Recorder), new SubscribeAttribute("a.*") { Name = "one" }, "handled");

        Should.Throw<InvalidOperationException>(() => new EventHandlerCatalog([one, one])).Message.ShouldContain("'handled.one' is declared by");
    }

    [Fact]
    public void A_handler_is_called_after_its_class_where_it_has_no_name() =>
        EventHandlerInfo.Of(typeof(Signatures), new SubscribeAttribute(), "handled").ShouldSatisfyAllConditions(
            handler => handler.Name.ShouldBe("handled.signatures"), handler => handler.Pattern.Text.ShouldBe("handled.paper.signed"));

    private sealed class NoHandler;
}
