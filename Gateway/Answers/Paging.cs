using System.Globalization;
using Buildify.Gateway.Problems;

namespace Buildify.Gateway.Answers;

/// <summary>The parameters <c>limit</c> and <c>cursor</c> of every list.</summary>
internal static class Paging
{
    private const int MaxCursor = 500;

    /// <summary>Null where they are good. What a cursor says is for the list to judge.</summary>
    public static Problem? Read(string? limit, string? cursor, out PageRequest page)
    {
        var errors = new List<FieldError>();
        var items = PageRequest.DefaultLimit;
        if (limit is not null
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out items) || items is < 1 or > PageRequest.MaxLimit))
        {
            errors.Add(new("limit", $"must be a whole number from 1 to {PageRequest.MaxLimit}"));
        }
        if (cursor is { Length: > MaxCursor } || cursor.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            errors.Add(new("cursor", "must be next_cursor of the page before, as it came"));
        }
        page = new PageRequest(items, string.IsNullOrEmpty(cursor) ? null : cursor);
        return errors.Count == 0 ? null : Problem.Of(Failure.Invalid([.. errors]));
    }
}
