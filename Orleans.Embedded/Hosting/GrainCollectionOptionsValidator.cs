using Microsoft.Extensions.Options;

namespace Orleans.Configuration;

internal sealed class GrainCollectionOptionsValidator : IValidateOptions<GrainCollectionOptions>
{
    public ValidateOptionsResult Validate(string? name, GrainCollectionOptions options)
    {
        var errors = new List<string>();
        if (options.CollectionQuantum <= TimeSpan.Zero)
        {
            errors.Add($"{nameof(options.CollectionQuantum)} is {options.CollectionQuantum}, but must be more than zero.");
        }

        foreach (var (what, age) in options.ClassSpecificCollectionAge.Append(new(nameof(options.CollectionAge), options.CollectionAge)))
        {
            if (age <= options.CollectionQuantum)
            {
                errors.Add($"{what} is {age}, but must be more than the {nameof(options.CollectionQuantum)} of {options.CollectionQuantum}.");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
