using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads an operation's route.</summary>
internal sealed class RestReader(Problems problems)
{
    public RestSpec Read(Fields fields, Place place, bool hasInput, bool hasOutput, bool hasHandler)
    {
        var method = fields.OneOf("method", "GET", "POST", "PUT", "PATCH", "DELETE") ?? (hasInput ? "POST" : "GET");
        var status = fields.Int("status", 200, 299) ?? (!hasOutput ? 204 : method == "POST" && hasInput ? 201 : 200);
        if (hasInput && method is "GET" or "DELETE")
        {
            problems.Add(SpecErrors.BodyNotAllowed, fields.Has("method") ? fields.PlaceOf("method") : place, $"{method} has no body, so the operation can have no input; use params, or POST");
        }
        if (status is 204 or 205 && hasOutput)
        {
            problems.Add(SpecErrors.BadRest, fields.PlaceOf("status"), $"{status} has no body, and the operation has an output; answer 200, or leave the output out");
        }
        var idempotent = fields.Flag("idempotent");
        if (idempotent == true && method == "GET")
        {
            problems.Add(SpecErrors.BadRest, fields.PlaceOf("idempotent"), "GET changes nothing and needs no Idempotency-Key; leave 'idempotent' out");
        }
        var ifMatch = fields.Flag("if_match") ?? false;
        if (ifMatch && !hasHandler)
        {
            problems.Add(SpecErrors.BadRest, fields.PlaceOf("if_match"), "'if_match' is answered by a handler; give the operation one, or leave it out");
        }
        return new RestSpec
        {
            Method = method,
            Path = fields.Text("path")?.Value ?? "",
            Status = status,
            Idempotent = idempotent ?? status == 201,
            IfMatch = ifMatch,
            Refuses = Refuses(fields),
            Place = place,
        };
    }

    private ImmutableArray<int> Refuses(Fields fields)
    {
        var statuses = ImmutableArray.CreateBuilder<int>();
        foreach (var text in fields.Words("refuses"))
        {
            if (Fields.Int(text) is >= 400 and <= 599 and var status) statuses.Add(status);
            else problems.Add(SpecErrors.BadValue, text.Place, $"'{text.Value}' is no status of a refusal: 400 to 599");
        }
        return statuses.DrainToImmutable();
    }
}
