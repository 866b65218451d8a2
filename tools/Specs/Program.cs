Console.Error.WriteLine("nothing to do yet");
return 1;
