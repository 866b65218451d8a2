using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Orleans.Streams;

namespace Orleans
{
    /// <summary>Grains of this class get the streams of a namespace that have their key, without subscribing first.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public class ImplicitStreamSubscriptionAttribute : Attribute
    {
        /// <param name="streamNamespace">The namespace, exactly.</param>
        /// <param name="streamIdMapper">On Orleans, what makes a grain's key of a stream; here the stream's key is the grain's.</param>
        public ImplicitStreamSubscriptionAttribute(string streamNamespace, string? streamIdMapper = null)
            : this(new ExactNamespace(streamNamespace?.Trim() ?? throw new ArgumentNullException(nameof(streamNamespace))), streamIdMapper)
        {
        }

        public ImplicitStreamSubscriptionAttribute(IStreamNamespacePredicate predicate, string? streamIdMapper = null)
        {
            Predicate = predicate;
            StreamIdMapper = streamIdMapper;
        }

        public IStreamNamespacePredicate Predicate { get; }

        public string? StreamIdMapper { get; init; }
    }

    /// <summary>The same for every namespace that matches.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public sealed class RegexImplicitStreamSubscriptionAttribute([StringSyntax(StringSyntaxAttribute.Regex)] string pattern)
        : ImplicitStreamSubscriptionAttribute(new RegexStreamNamespacePredicate(pattern));
}

namespace Orleans.Streams
{
    /// <summary>Chooses namespaces.</summary>
    public interface IStreamNamespacePredicate
    {
        string PredicatePattern { get; }

        bool IsMatch(string streamNamespace);
    }

    /// <summary>The namespaces that match a regular expression.</summary>
    public class RegexStreamNamespacePredicate(string regex) : IStreamNamespacePredicate
    {
        private readonly Regex _regex = new(regex, RegexOptions.CultureInvariant);

        public string PredicatePattern => $"regex:{_regex}";

        public bool IsMatch(string streamNameSpace) => _regex.IsMatch(streamNameSpace);
    }

    internal sealed class ExactNamespace(string name) : IStreamNamespacePredicate
    {
        public string PredicatePattern => $"namespace:{name}";

        public bool IsMatch(string streamNamespace) => string.Equals(name, streamNamespace?.Trim(), StringComparison.Ordinal);
    }
}
