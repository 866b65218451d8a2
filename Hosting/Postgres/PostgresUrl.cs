using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Buildify.Hosting.Postgres;

/// <summary>
/// A libpq connection URI (PostgreSQL manual, 34.1.1.2) as Npgsql's keywords. By hand and not through <see cref="Uri"/>, which knows
/// neither several hosts nor a percent-encoded socket folder as the host.
/// </summary>
internal static partial class PostgresUrl
{
    /// <summary>libpq's option names where Npgsql's keyword is another.</summary>
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
        ["client_encoding"] = "Client Encoding",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["options"] = "Options",
        ["host"] = "Host",
        ["port"] = "Port",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
    };

    /// <summary>Also <c>postgresql+driver://</c>, as Python programs write it.</summary>
    public static bool Looks(string value) => Scheme().IsMatch(value);

    public static NpgsqlConnectionStringBuilder? Parse(string name, string url, List<string> errors)
    {
        var before = errors.Count;
        var match = Shape().Match(url);
        if (!match.Success)
        {
            errors.Add($"{name} is not of the form postgresql://user:password@host:5432/database?sslmode=require "
                + "(a '/', '?', '#' or '@' in the password is written percent-encoded).");
            return null;
        }

        var builder = new NpgsqlConnectionStringBuilder();
        var hosts = match.Groups["hosts"].Value;
        if (OneHost().Match(hosts) is { Success: true } one)
        {
            Set("Host", Decode(one.Groups["host"].Value));
            if (one.Groups["port"].Success)
                Set("Port", one.Groups["port"].Value);
        }
        else if (hosts.Length > 0)
        {
            // Several: Npgsql takes their ports in the same list.
            Set("Host", Decode(hosts));
        }
        Take("user", "Username");
        Take("password", "Password");
        Take("database", "Database");
        foreach (var pair in match.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (option, value) = pair.Split('=', 2) is [var left, var right] ? (Decode(left), Decode(right)) : (Decode(pair), "");
            Set(Keywords.GetValueOrDefault(option, option), value, option);
        }
        return errors.Count == before ? builder : null;

        void Take(string group, string keyword)
        {
            if (match.Groups[group] is { Success: true, Value.Length: > 0 } part)
                Set(keyword, Decode(part.Value));
        }

        void Set(string keyword, string value, string? option = null)
        {
            try
            {
                builder[keyword] = keyword switch
                {
                    // verify-ca, read-write: libpq's values have hyphens where Npgsql's names have none.
                    "SSL Mode" or "Channel Binding" => value.Replace("-", "", StringComparison.Ordinal),
                    "Port" => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture),
                    _ => value,
                };
            }
            catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                var shown = keyword.Contains("password", StringComparison.OrdinalIgnoreCase) ? "" : $" '{value}'";
                errors.Add($"{name}: the value{shown} of '{option ?? keyword}' is not known here.");
            }
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    [GeneratedRegex(@"^(\[(?<host>[^\]]+)\]|(?<host>[^:,\[\]]+))(:(?<port>\d+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex OneHost();

    [GeneratedRegex(@"^postgres(ql)?(\+\w+)?://", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(
        @"^postgres(ql)?(\+\w+)?://((?<user>[^:/?#@]*)(:(?<password>[^/?#@]*))?@)?(?<hosts>[^/?#@]*)(/(?<database>[^/?#]*))?(\?(?<query>[^#]*))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
